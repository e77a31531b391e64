import { z } from "zod";
import { digest, labels, owner, packageFilter, paging, policies, repositoryName, tagName, time } from "./common.ts";

const PACKAGE_SORTS = ["name", "-name", "updated", "-updated", "pulls", "-pulls", "semver", "-semver"] as const;

/** A package is a repository; its versions are the tags of class `semver`. */
export const packageDocument = z.object({
  name: repositoryName,
  namespace: z.string(),
  project: z.string(),
  contentType: z.string().nullable().describe("Effective type of its tags; null: none yet."),
  title: z.string().nullable(),
  description: z.string().nullable().describe("What was declared, else what the latest version says of itself."),
  declared: z
    .object({ description: z.string().nullable(), contentType: z.string().nullable() })
    .describe("What was said of the repository, whatever its artifacts are."),
  labels: labels,
  owner: owner.nullable(),
  visibility: z.enum(["private", "public"]),
  policies: policies,
  latest: z.object({ tag: tagName, version: z.string().nullable(), digest: digest }).nullable(),
  counts: z.object({ tags: z.int(), versions: z.int(), manifests: z.int() }),
  platforms: z.array(z.string()),
  signed: z.boolean(),
  pulls: z.int(),
  created: time,
  updated: time,
  actions: z.array(z.string()).describe("What the caller may do here."),
});
export type PackageDocument = z.infer<typeof packageDocument>;

export const listPackagesQuery = z.strictObject({
  ...packageFilter,
  ...paging,
  sort: z.enum(PACKAGE_SORTS).optional(),
  total: z.boolean().optional().describe("Also count all rows that match, up to a bound."),
});

const total = z.object({ count: z.int(), approximate: z.boolean().describe("There may be more.") });

export const packageList = z.object({ repositories: z.array(packageDocument), total: total.optional() });
export type PackageList = z.infer<typeof packageList>;

export const searchQuery = z.strictObject({ ...packageFilter, q: packageFilter.q.unwrap(), n: paging.n });
export const searchResult = z.object({
  results: z.array(packageDocument.extend({ score: z.number() })),
  approximate: z.boolean().describe("Only a bounded set of candidates was ranked."),
});
export type SearchResult = z.infer<typeof searchResult>;

export const facetsQuery = z.strictObject(packageFilter);
export const facets = z.object({
  facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.int() }))),
  candidates: z.int().describe("Packages that were counted."),
  approximate: z.boolean().describe("There are more packages than were counted."),
});
export type Facets = z.infer<typeof facets>;

export const listNamespacesQuery = z.strictObject(paging);
export const namespaceDocument = z.object({
  name: z.string(),
  description: z.string().nullable(),
  labels: labels,
  owner: owner.nullable(),
  declared: z.boolean().describe("False: it only came to be by a push."),
  repositories: z.int().describe("Repositories that the caller may pull."),
});
export type NamespaceDocument = z.infer<typeof namespaceDocument>;
export const namespaceList = z.object({ namespaces: z.array(namespaceDocument) });
export type NamespaceList = z.infer<typeof namespaceList>;

export const listProjectsQuery = z.strictObject({ ...paging, namespace: packageFilter.namespace });
export const projectDocument = z.object({
  namespace: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  labels: labels,
  owner: owner.nullable(),
  visibility: z.enum(["private", "public"]),
  policies: policies,
  patterns: z.array(z.string()).describe("Globs over repository names that belong here, whatever their parts say."),
  declared: z.boolean(),
  repositories: z.int().describe("Repositories that the caller may pull."),
});
export type ProjectDocument = z.infer<typeof projectDocument>;
export const projectList = z.object({ projects: z.array(projectDocument) });
export type ProjectList = z.infer<typeof projectList>;

/** The artifact types that this registry knows. */
export const listTypesQuery = z.strictObject({});
const typeDocument = z.object({
  type: z.string(),
  title: z.string(),
  icon: z.string(),
  category: z.string(),
  configMediaTypes: z.array(z.string()),
  layerMediaTypes: z.array(z.string()),
  consume: z.string().nullable().describe("A command, with {reference} and {tag}."),
  documentation: z.string().nullable(),
  extractor: z.string().nullable(),
  source: z.string(),
  admitted: z.boolean().describe("False: pushes of this type are refused."),
});
export const typeList = z.object({ types: z.array(typeDocument), allow: z.array(z.string()), deny: z.array(z.string()) });
export type TypeList = z.infer<typeof typeList>;

/** Statistics of de-duplication. Logical: every manifest with a copy of its own. */
export const statsQuery = z.strictObject({
  namespace: packageFilter.namespace,
  project: packageFilter.project,
  repository: repositoryName.optional(),
});
export const stats = z.object({
  scope: z.object({ namespace: z.string().optional(), project: z.string().optional(), repository: z.string().optional() }),
  repositories: z.int(),
  blobs: z.object({
    references: z.int(),
    unique: z.int(),
    logicalBytes: z.int(),
    storedBytes: z.int(),
    ratio: z.number().describe("logicalBytes / storedBytes; 1 when nothing is stored."),
  }),
  approximate: z.boolean().describe("The time was up: these are the figures of a part."),
  reclaimable: z.object({ blobs: z.int(), bytes: z.int(), oldest: time.nullable() }),
  asOf: time,
});
export type Stats = z.infer<typeof stats>;
