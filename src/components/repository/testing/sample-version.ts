import { bytesOf } from "../../../client/content/verified.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { AccessSpec, ComponentDescriptor, Element, JsonObject } from "../../descriptor/component-descriptor.ts";
import type { NewLocalBlob } from "../component-repository.ts";

/** The descriptor of `acme.org/app:1.0.0`, for tests. */
export function sampleDescriptor(component: JsonObject = {}): ComponentDescriptor {
  const lists = { repositoryContexts: [], resources: [], sources: [], componentReferences: [] };
  return { meta: { schemaVersion: "v2" }, component: { name: "acme.org/app", version: "1.0.0", provider: "acme.org", ...lists, ...component } };
}

/** A resource with this access. */
export function sampleResource(name: string, access: AccessSpec, more: JsonObject = {}): Element {
  return { name, version: "1.0.0", type: "blob", relation: "local", access, ...more };
}

/** A text as a local blob that is a layer. */
export function textBlob(text: string, mediaType = "text/plain"): Extract<NewLocalBlob, { kind: "layer" }> {
  const bytes = new TextEncoder().encode(text);
  return { kind: "layer", descriptor: describe(bytes, mediaType), open: () => bytesOf(bytes) };
}

/** Digest and size of bytes. */
export function describe(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** The access to a local blob. */
export function localBlob({ descriptor }: Extract<NewLocalBlob, { kind: "layer" }>): AccessSpec {
  return { type: "localBlob", localReference: descriptor.digest, mediaType: descriptor.mediaType };
}
