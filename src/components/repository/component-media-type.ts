/** Of the config that says which layer the descriptor is. */
export const COMPONENT_CONFIG = "application/vnd.ocm.software.component.config.v1+json";

/** Of the manifest of a component version. */
export const COMPONENT_ARTIFACT = "application/vnd.ocm.software.component-descriptor.v2";

const CONFIGS: ReadonlySet<string> = new Set([
  COMPONENT_CONFIG,
  "application/vnd.gardener.cloud.cnudie.component.config.v1+json",
  "application/vnd.oci.gardener.cloud.cnudie.component-descriptor-metadata.config.v2+json",
]);

/** True for the config of a component version, of today or of former times. */
export function isComponentConfig(mediaType: string | undefined): boolean {
  return mediaType !== undefined && CONFIGS.has(mediaType);
}

/** Annotations of manifests, indexes, layers and entries of an index. */
export const ANNOTATION = {
  /** `<name>:<version>` */
  componentVersion: "software.ocm.componentversion",
  /** The tool that wrote it. */
  creator: "software.ocm.creator",
  /** The elements that a blob belongs to: a JSON list of `{ identity, kind }`. */
  artifact: "software.ocm.artifact",
  /** `true` at the one entry of an index that is the manifest of the descriptor. */
  descriptor: "software.ocm.descriptor",
  title: "org.opencontainers.image.title",
  version: "org.opencontainers.image.version",
} as const;
