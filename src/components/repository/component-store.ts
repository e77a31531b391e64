import type { ContentSource, ContentTarget, ReadOptions } from "../../client/content/content.ts";
import type { RepositoryName } from "../../oci/name.ts";

/**
 * Several OCI repositories in one place: a registry below a sub-path, or a common transport archive (CTF) in a folder, tar or tgz.
 * The mapping of component versions to manifests stands on this port alone; every driver passes the suite of
 * `testing/component-store-cases.ts`.
 */
export interface ComponentStore {
  /** For messages, as the user wrote it: `registry.example.com/delivery`, `./product.tgz`. */
  readonly name: string;
  readonly kind: "registry" | "ctf" | "component-archive";
  /** The host, where it is a registry: blobs of its repositories can be mounted. */
  readonly registry?: string;
  /** `{ type, baseUrl, subPath }` or `{ type, filePath }` for `repositoryContexts`; never credentials. */
  readonly spec: { readonly type: string; readonly [key: string]: string };
  /** Repository names start with the sub-path. @throws ClientError for what is no repository name */
  repository(name: string): RepositoryName;
  /** Reads from one repository. It need not exist. Closed with the store. */
  source(repository: RepositoryName): ContentSource;
  /** Writes to one repository. @throws ComponentError `refused` where the store was opened for reading */
  target(repository: RepositoryName): ContentTarget;
  /** Every repository below the sub-path, in any order. @throws ClientError `refused` where a registry does not list them */
  repositories(options?: ReadOptions): AsyncIterable<RepositoryName>;
  /** Makes what was written permanent: an archive is replaced as a whole. Nothing after `discard`. */
  close(): Promise<void>;
  /** Frees what is open after a failure; an archive stays as it was. */
  discard(): Promise<void>;
}
