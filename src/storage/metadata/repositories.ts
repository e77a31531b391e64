import type { RepositoryName } from "../../oci/name.ts";
import type { ProjectPolicies } from "./catalog/policies.ts";
import type { Millis, Page } from "./records.ts";

export interface Repository {
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  /** Grows with every change of the repository's manifests and tags; base of ETags. */
  readonly revision: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

/** Which repositories there are. One comes to be with the first that is linked, pushed or restored to it, or when it is declared. */
export interface RepositoryStore {
  find(name: RepositoryName): Promise<Repository | undefined>;
  /** Names in ASCII order. `prefixes` limits to names for which one of them is a prefix; undefined means all. */
  list(page: Page & { readonly prefixes?: readonly string[] | undefined }): Promise<RepositoryName[]>;
  /** The policies that hold for a repository, or will when it is created. */
  policies(name: RepositoryName): Promise<ProjectPolicies>;
}
