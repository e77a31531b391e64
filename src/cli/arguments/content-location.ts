import { type Digest, isDigest } from "../../oci/digest.ts";
import { type ImageReference, parseImageReference } from "../../oci/image-reference.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** One side of a copy. */
export type ContentLocation = RegistryLocation | LayoutLocation;

export interface RegistryLocation {
  readonly kind: "registry";
  readonly reference: ImageReference;
}

/** image-spec, "OCI Image Layout", in a folder or in a tar archive. */
export interface LayoutLocation {
  readonly kind: "folder" | "archive";
  readonly path: string;
  readonly tag: Tag | undefined;
  readonly digest: Digest | undefined;
}

const PREFIXES: readonly (readonly [prefix: string, kind: LayoutLocation["kind"]])[] = [
  ["oci:", "folder"],
  ["oci-archive:", "archive"],
];

/**
 * Parses what `opm copy` takes: a reference, `oci:<folder>[:tag][@digest]` or `oci-archive:<file>[:tag][@digest]`. What begins
 * with `./`, `../` or `/` is a path: an archive when it ends in `.tar`, else a folder. So is a name without a host that ends in `.tar`.
 * @throws CliError `invalid`; RegistryError for a reference that is none
 */
export function parseContentLocation(text: string): ContentLocation {
  for (const [prefix, kind] of PREFIXES) if (text.startsWith(prefix) && !text.startsWith(`${prefix}//`)) return layout(kind, text.slice(prefix.length), text);
  if (/^(?:\.{1,2}$|\.{0,2}\/)/.test(text)) {
    const { path } = layout("folder", text, text);
    return layout(path.endsWith(".tar") ? "archive" : "folder", text, text);
  }
  // with a host in front it is a repository, whatever its name ends in
  if (/^[^.:/][^.:/]*(?:\/[^:]*)?\.tar(?::[^/]*)?$|^[^:/]*\.tar(?::[^/]*)?$/.test(text)) return layout("archive", text, text);
  const reference = text.startsWith("docker://") ? text.slice("docker://".length) : text;
  return { kind: "registry", reference: parseImageReference(reference) };
}

/** A colon, or an at sign, in the last part of the path begins the tag or the digest when one follows. */
function layout(kind: LayoutLocation["kind"], rest: string, text: string): LayoutLocation {
  const at = rest.lastIndexOf("@");
  const digest = at >= 0 ? rest.slice(at + 1) : undefined;
  const named = digest !== undefined && isDigest(digest) ? rest.slice(0, at) : rest;
  const colon = named.lastIndexOf(":");
  const tag = colon >= 0 ? named.slice(colon + 1) : undefined;
  const hasTag = tag !== undefined && isTag(tag);
  const path = hasTag ? named.slice(0, colon) : named;
  if (path === "")
    throw new CliError(EXIT.invalid, `'${text}' names no ${kind === "folder" ? "folder" : "file"}: expected e.g. oci:images:v1 or oci-archive:images.tar:v1`);
  return { kind, path, tag: hasTag ? tag : undefined, digest: digest !== undefined && isDigest(digest) ? digest : undefined };
}
