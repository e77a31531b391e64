import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import { TITLE, UNPACK } from "./file-names.ts";

/** ORAS: the digest of that archive before it was compressed. */
const CONTENT_DIGEST = "io.deis.oras.content.digest";

/** Ours, as no standard has one: the permissions of a file that may be run, in octal. Files without it may not be. */
const MODE = "dev.opmodel.file.mode";

const EXECUTABLE = "0755";

type Annotated = Pick<Descriptor, "annotations">;

/** What the layer of a folder is annotated with. @param digest of the archive before it was compressed */
export function folderAnnotations(title: string, digest: Digest): Readonly<Record<string, string>> {
  return { [CONTENT_DIGEST]: digest, [UNPACK]: "true", [TITLE]: title };
}

/** What the layer of a file is annotated with: owner, group and time of the file are nobody else's business. */
export function fileAnnotations(title: string, mode: number): Readonly<Record<string, string>> {
  return { ...((mode & 0o111) !== 0 && { [MODE]: EXECUTABLE }), [TITLE]: title };
}

/** True for the layer of a file that may be run by who may read it. */
export function isExecutable({ annotations }: Annotated): boolean {
  const mode = annotations?.[MODE] ?? "";
  return /^[0-7]{3,6}$/.test(mode) && (Number.parseInt(mode, 8) & 0o111) !== 0;
}

/** The folder that a layer is; undefined for one that is a file. `digest`: undefined where it is not told, or is none. */
export function folderOf({ annotations }: Annotated): { readonly title: string; readonly digest: Digest | undefined } | undefined {
  const title = annotations?.[TITLE];
  if (annotations?.[UNPACK] !== "true" || title === undefined) return undefined;
  const digest = annotations[CONTENT_DIGEST];
  return { title, digest: digest !== undefined && isDigest(digest) ? digest : undefined };
}
