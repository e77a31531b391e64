import { catalogRevision, declaredCatalog, namespace, project, repositoryDefinition } from "./declared.ts";
import { dependencies, dependents, providedKeys, providers } from "./graph/dependencies.ts";
import { edgesFrom, edgesTo, graphManifests } from "./graph/edges.ts";
import { contentLinks, manifestsWithoutFacts } from "./graph/links.ts";
import { contentUses } from "./graph/uses.ts";
import { manifestSummary, tagsOf } from "./manifests.ts";
import { countPackages, listPackages, packageFacets } from "./packages/list.ts";
import { packageRow } from "./packages/rows.ts";
import { searchPackages } from "./packages/search.ts";
import { listNamespaces, listProjects } from "./places.ts";
import { policies } from "./policies.ts";
import { listTagRows, tagRow } from "./tags/list.ts";

/** The questions of the catalog. */
export const catalogReads = {
  listPackages,
  packageRow,
  countPackages,
  packageFacets,
  searchPackages,
  listNamespaces,
  listProjects,
  project,
  namespace,
  policies,
  repositoryDefinition,
  listTagRows,
  tagRow,
  manifestSummary,
  tagsOf,
  edgesFrom,
  edgesTo,
  graphManifests,
  contentUses,
  dependencies,
  providedKeys,
  providers,
  dependents,
  contentLinks,
  declaredCatalog,
  catalogRevision,
  manifestsWithoutFacts,
};
