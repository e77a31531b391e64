import type { Descriptor } from "../../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestOf } from "../../../oci/digest.ts";
import { ClientError, isClientError } from "../../client-error.ts";
import type { ByteStream, ReadOptions, StoredManifest } from "../../content/content.ts";
import { describeManifest, MANIFEST_LIMIT } from "../../content/manifest-bytes.ts";
import { verified } from "../../content/verified.ts";
import type { FileTree } from "./file-tree.ts";

/** A file that has some content, and what it is called in messages. */
export interface ContentFile {
  readonly path: string;
  readonly label: string;
}

/** The manifest in a file, verified. @throws ClientError `not-found`, or `invalid` where it is not what its digest says */
export async function readTreeManifest(
  tree: FileTree,
  { path, label }: ContentFile,
  { digest, contentType, ...options }: ReadOptions & { readonly digest: Digest; readonly contentType?: string | undefined },
): Promise<StoredManifest> {
  const bytes = await readSmall(tree, { path, label }, { ...options, limit: MANIFEST_LIMIT });
  if (bytes === undefined) throw new ClientError("not-found", `cannot read ${label}: there is no file ${path}`);
  if (digestOf(bytes, digestAlgorithm(digest)) !== digest) throw new ClientError("invalid", `${label} is not what its digest says: it was damaged or changed`);
  return describeManifest(bytes, { digest, contentType, name: label });
}

/** All bytes of a file; undefined where there is none. @throws ClientError `invalid` where it has more than the limit */
export async function readSmall(
  tree: FileTree,
  { path, label }: ContentFile,
  { limit, ...options }: ReadOptions & { readonly limit: number },
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of tree.open(path, options)) {
      size += piece.length;
      if (size > limit) throw new ClientError("invalid", `${label} has more than ${limit} bytes, which is too much for what it is`);
      pieces.push(piece);
    }
  } catch (error) {
    if (isClientError(error, "not-found")) return undefined;
    throw error;
  }
  return Buffer.concat(pieces);
}

/** The bytes of a blob in a file, verified while they pass. */
export function readTreeBlob(tree: FileTree, { path, label }: ContentFile, descriptor: Descriptor, options: ReadOptions = {}): ByteStream {
  return verified(tree.open(path, options), descriptor, label);
}
