/** What is written unless a component version came with another. */
export const DESCRIPTOR_JSON = "application/vnd.ocm.software.component-descriptor.v2+json";
export const DESCRIPTOR_YAML = "application/vnd.ocm.software.component-descriptor.v2+yaml";
export const DESCRIPTOR_YAML_TAR = "application/vnd.ocm.software.component-descriptor.v2+yaml+tar";

/** How the bytes of a descriptor are to be read. */
export type DescriptorEncoding = "json" | "yaml" | "yaml+tar";

const ENCODINGS: ReadonlyMap<string, DescriptorEncoding> = new Map([
  [DESCRIPTOR_JSON, "json"],
  [DESCRIPTOR_YAML, "yaml"],
  [DESCRIPTOR_YAML_TAR, "yaml+tar"],
  ["application/vnd.gardener.cloud.cnudie.component-descriptor.v2+json", "json"],
  ["application/vnd.gardener.cloud.cnudie.component-descriptor.v2+yaml", "yaml"],
  ["application/vnd.gardener.cloud.cnudie.component-descriptor.v2+yaml+tar", "yaml+tar"],
  ["application/vnd.oci.gardener.cloud.cnudie.component-descriptor.config.v2+yaml+tar", "yaml+tar"],
]);

const CURRENT: Readonly<Record<DescriptorEncoding, string>> = { json: DESCRIPTOR_JSON, yaml: DESCRIPTOR_YAML, "yaml+tar": DESCRIPTOR_YAML_TAR };

/** Undefined for a media type that is none of a descriptor. */
export function descriptorEncoding(mediaType: string): DescriptorEncoding | undefined {
  return ENCODINGS.get(mediaType);
}

/** The media type to write in place of one that was read: legacy ones are not written any more. */
export function currentMediaType(mediaType: string): string {
  const encoding = descriptorEncoding(mediaType);
  return encoding === undefined ? DESCRIPTOR_JSON : CURRENT[encoding];
}
