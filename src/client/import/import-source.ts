import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { ContentSource, ReadOptions } from "../content/content.ts";

/** Where an import comes from: a running registry, or the storage of one that need not run. */
export interface ImportSource {
  /** For messages, e.g. `registry.example.com` or `/var/lib/registry`. */
  readonly name: string;
  /** The names of all repositories, as they are kept: some may be no names elsewhere. @throws ClientError */
  repositories(options?: ReadOptions): AsyncIterable<string>;
  repository(name: RepositoryName): ImportRepository;
}

/** A repository of a source. A folder or bucket answers as the registry that wrote it would. */
export interface ImportRepository extends Pick<ContentSource, "location" | "manifest" | "blob"> {
  readonly repository: RepositoryName;
  /** Every tag, as it is kept: some may be no tags elsewhere. @throws ClientError */
  tags(options?: ReadOptions): AsyncIterable<string>;
  /** Bytes of a blob, `-1` where the source does not say; undefined where it is not there. */
  sizeOf(digest: Digest, options?: ReadOptions): Promise<number | undefined>;
  /** The manifests that refer to a subject, where the source keeps a list that is no tag. */
  referrers?(subject: Digest, options?: ReadOptions): Promise<readonly Digest[]>;
  /** Every manifest, with or without a tag, where the source can tell: a running registry cannot. */
  manifests?(options?: ReadOptions): AsyncIterable<Digest>;
}
