import { type Digest, isDigest } from "../../oci/digest.ts";
import type { AccessSpec, Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** The accesses to content that is stored with the component version, in all their spellings. */
const LOCAL_TYPES: ReadonlySet<string> = new Set(["localBlob", "LocalBlob", "localOciBlob", "localFilesystemBlob"]);

/** Content in another repository of the same registry. */
const RELATIVE_TYPE = "relativeOciReference";

/** The type of an access without its version. */
export function accessTypeName({ type }: AccessSpec): string {
  return type.replace(/\/v[0-9]+(?:(?:alpha|beta)[0-9]+)?$/, "");
}

/** True where content is stored with the component version: `localBlob` and what it was called before. */
export function isLocalBlob(access: AccessSpec): boolean {
  return LOCAL_TYPES.has(accessTypeName(access));
}

/** True for `relativeOciReference`. */
export function isRelativeReference(access: AccessSpec): boolean {
  return accessTypeName(access) === RELATIVE_TYPE;
}

/**
 * The name that the content has in its place, as it is written: a digest, several joined by `,` for a blob that was split, or the name
 * of a file. Older descriptors have it in `localAccess: "digest: ..."`, in `digest` or in `fileName`.
 */
export function localReference(access: AccessSpec): string | undefined {
  const { localReference, localAccess, digest, fileName, filename } = access;
  return [localReference, withoutLabel(localAccess), digest, fileName, filename]
    .find((text): text is string => typeof text === "string" && text.trim() !== "")
    ?.trim();
}

/** The digests that a local reference consists of; undefined where one of its parts is none. */
export function localDigests(access: AccessSpec): readonly Digest[] | undefined {
  const digests = localReference(access)
    ?.split(",")
    .map((part) => partDigest(part.trim()));
  return digests?.every((digest) => digest !== undefined) ? digests : undefined;
}

/** A digest as such, or as the name of a file: `sha256.<hex>`. */
export function partDigest(part: string): Digest | undefined {
  const text = part.replace(/^(sha256|sha512)\./, "$1:");
  return isDigest(text) ? text : undefined;
}

function withoutLabel(value: Json | undefined): Json | undefined {
  if (isJsonObject(value)) return value.digest;
  return typeof value === "string" ? value.replace(/^\s*digest\s*:\s*/, "") : value;
}
