import type { z } from "zod";
import type { graphQuery } from "../../api/graph.ts";
import type { listPackagesQuery, searchQuery } from "../../api/packages.ts";
import type { listTagsQuery, listVersionsQuery, resolveQuery } from "../../api/tags.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import type {
  AnswerSource,
  DependenciesAnswer,
  GraphAnswer,
  InspectAnswer,
  PackagesAnswer,
  ResolutionAnswer,
  SearchAnswer,
  TagsAnswer,
  VersionsAnswer,
} from "./answers.ts";

export interface PageOptions {
  /** Rows at most; Infinity for all. */
  readonly limit: number;
}

type Parameters<T extends z.ZodObject> = Omit<z.input<T>, "n" | "cursor">;

export type PackagesQuery = Parameters<typeof listPackagesQuery>;
export type SearchQuery = Parameters<typeof searchQuery>;
export type TagsQuery = Parameters<typeof listTagsQuery>;
export type VersionsQuery = Parameters<typeof listVersionsQuery>;
export type ResolveQuery = z.input<typeof resolveQuery>;
export type GraphQuery = Omit<z.input<typeof graphQuery>, "reference" | "n">;

/** Answers about the packages of one registry. Every method throws `ClientError`. */
export interface PackageSource {
  readonly source: AnswerSource;
  packages(query: PackagesQuery, page: PageOptions): Promise<PackagesAnswer>;
  search(query: SearchQuery, page: PageOptions): Promise<SearchAnswer>;
  tags(name: RepositoryName, query: TagsQuery, page: PageOptions): Promise<TagsAnswer>;
  versions(name: RepositoryName, query: VersionsQuery, page: PageOptions): Promise<VersionsAnswer>;
  resolve(name: RepositoryName, query: ResolveQuery): Promise<ResolutionAnswer>;
  inspect(name: RepositoryName, reference: Tag | Digest): Promise<InspectAnswer>;
  graph(name: RepositoryName, reference: Tag | Digest, query: GraphQuery): Promise<GraphAnswer>;
  dependencies(name: RepositoryName, reference: Tag | Digest, page: PageOptions): Promise<DependenciesAnswer>;
}
