import { join } from "node:path";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import type { UploadId } from "../content-store.ts";

export const ALGORITHMS = ["sha256", "sha512"] as const;

/** Where things lie below the root. Names are made of parsed digests and checked UUIDs only. */
export interface Layout {
  readonly root: string;
  /** The file with the identity of the store. */
  readonly identity: string;
  readonly blobs: string;
  readonly uploads: string;
  readonly journals: string;
  /** What a collector has taken aside. */
  readonly withdrawn: string;
  /** Folder of the blob's file. */
  shard(digest: Digest): string;
  blob(digest: Digest): string;
  /** @param id a checked upload id */
  upload(id: UploadId): string;
}

export function layoutOf(root: string): Layout {
  const blobs = join(root, "blobs");
  const uploads = join(root, "uploads");
  const shard = (digest: Digest) => join(blobs, digestAlgorithm(digest), digestEncoded(digest).slice(0, 2));
  return {
    root,
    identity: join(root, "identity"),
    blobs,
    uploads,
    journals: join(root, "journals"),
    withdrawn: join(root, "withdrawn"),
    shard,
    blob: (digest) => join(shard(digest), digestEncoded(digest)),
    upload: (id) => join(uploads, id),
  };
}
