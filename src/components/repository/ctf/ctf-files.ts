import type { BlobToPut, ByteStream, ReadOptions } from "../../../client/content/content.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../../../oci/digest.ts";
import type { ArtifactIndex } from "./artifact-index.ts";
import type { Sweep } from "./sweep.ts";

/** What a common transport archive needs of the place it is in: a folder or a file. */
export interface CtfFiles {
  /** For messages, as the user wrote it. */
  readonly name: string;
  index(): Promise<ArtifactIndex>;
  /** Bytes of a blob; undefined where it is not there. */
  sizeOf(digest: Digest): Promise<number | undefined>;
  /** Not verified. @throws ClientError `not-found` */
  open(digest: Digest, options?: ReadOptions): ByteStream;
  /** Stores a blob, verified. @throws ClientError `invalid` when it is not what its digest says; nothing is stored then */
  putBlob(blob: BlobToPut, options?: ReadOptions): Promise<void>;
  /**
   * One change after the other.
   * @param needed blobs that must still be there
   * @throws ComponentError `refused` where another process removed one of them
   */
  changeIndex(change: (index: ArtifactIndex) => ArtifactIndex, needed?: Iterable<Digest>): Promise<void>;
  /** Removes what is planned, with nobody else at work. */
  sweep(plan: (index: ArtifactIndex) => Promise<Sweep>): Promise<void>;
  /** Makes what was written permanent. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** The name of a blob in a folder `blobs`. */
export function blobFile(digest: Digest): string {
  return `${digestAlgorithm(digest)}.${digestEncoded(digest)}`;
}
