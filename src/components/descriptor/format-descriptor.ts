import type { ComponentDescriptor, Json } from "./component-descriptor.ts";
import { descriptorEncoding } from "./descriptor-media-type.ts";
import { packDescriptor } from "./descriptor-tar.ts";
import { formatSorted } from "./json-tree.ts";
import type { DescriptorSchema } from "./parse-descriptor.ts";
import { toV3 } from "./v3-schema.ts";

/** What JSON may hold as it is and YAML may not (YAML 1.2, section 5.1). */
const NOT_PRINTABLE = /[\u007f-\u009f\ufeff\ufffe\uffff]/g;

/** The bytes of a descriptor as a blob of this media type. Equal descriptors make equal bytes. */
export function formatDescriptor(descriptor: ComponentDescriptor, mediaType: string, schema: DescriptorSchema = "v2"): Uint8Array {
  const tree: Json = schema === "v2" ? descriptor : toV3(descriptor);
  const encoding = descriptorEncoding(mediaType);
  if (encoding !== "yaml" && encoding !== "yaml+tar") return new TextEncoder().encode(formatSorted(tree));
  const content = new TextEncoder().encode(formatYaml(tree));
  return encoding === "yaml" ? content : packDescriptor(content);
}

/** In the flow style, which is JSON: readers of YAML 1.1 take a bare `on`, `0777` or a date for something else than a text. */
function formatYaml(tree: Json): string {
  const text = JSON.stringify(JSON.parse(formatSorted(tree)), null, 2);
  return `${text.replaceAll(NOT_PRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
