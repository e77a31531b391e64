import { catalogRevision, declaredCatalog, namespace, project, repositoryDefinition } from "./catalog-declared.ts";
import { dependencies, dependents, providedKeys, providers } from "./catalog-dependencies.ts";
import { edgesFrom, edgesTo, graphManifests } from "./catalog-graph.ts";
import { contentLinks, manifestsWithoutFacts } from "./catalog-links.ts";
import { manifestSummary, tagsOf } from "./catalog-manifests.ts";
import { packageRow } from "./catalog-package-rows.ts";
import { countPackages, listPackages, packageFacets } from "./catalog-packages.ts";
import { listNamespaces, listProjects } from "./catalog-places.ts";
import { policies } from "./catalog-policies.ts";
import { searchPackages } from "./catalog-search.ts";
import { listTagRows, tagRow } from "./catalog-tags.ts";
import { contentUses } from "./catalog-uses.ts";

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
