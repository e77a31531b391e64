import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Facets, facetsQuery, listPackagesQuery, PackageList, SearchResult, searchQuery } from "../../api/packages.ts";
import type { PackageFilter } from "../../storage/metadata/catalog/packages.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { packageDocument } from "./package-document.ts";
import { type Page, pageSize, parseSort } from "./paging.ts";
import { platformNames } from "./platforms.ts";
import { parseTime } from "./time.ts";

/** Rows that are counted at most, and packages that facets are made of at most. */
const COUNT_LIMIT = 1000;
const FACET_CANDIDATES = 500;

/** Packages that the caller may pull, filtered and sorted. */
export async function listPackages(
  catalog: Catalog<"packages">,
  principal: Principal,
  query: z.output<typeof listPackagesQuery>,
  after: Position | undefined,
): Promise<Page<PackageList>> {
  const { metadata, access } = catalog;
  const filter = packageFilterOf(query);
  const visible = access.filter(principal, "pull");
  const page = await metadata.packages.list({ filter, visible, sort: parseSort(query.sort ?? "name"), after, limit: pageSize(query.n) });
  const total = query.total === true ? await metadata.packages.count(filter, visible, COUNT_LIMIT) : undefined;
  const repositories = page.rows.map((row) => packageDocument(catalog, principal, row));
  return { reply: { repositories, ...(total !== undefined && { total }) }, next: page.next };
}

/** Packages by words, the best first. */
export async function searchPackages(catalog: Catalog<"packages">, principal: Principal, query: z.output<typeof searchQuery>): Promise<SearchResult> {
  const filter = { ...packageFilterOf(query), text: query.q };
  const { rows, approximate } = await catalog.metadata.packages.search(filter, catalog.access.filter(principal, "pull"), pageSize(query.n));
  return { results: rows.map((row) => ({ ...packageDocument(catalog, principal, row), score: row.score })), approximate };
}

/** How many packages there are of each type, platform, class and namespace. */
export async function packageFacets({ metadata, access }: Catalog<"packages">, principal: Principal, query: z.output<typeof facetsQuery>): Promise<Facets> {
  const { facets, candidates, approximate } = await metadata.packages.facets(packageFilterOf(query), access.filter(principal, "pull"), FACET_CANDIDATES);
  return { facets: Object.fromEntries(Object.entries(facets).map(([name, values]) => [name, [...values]])), candidates, approximate };
}

/** The filter that parameters stand for. */
function packageFilterOf(query: z.output<typeof facetsQuery>): PackageFilter {
  return {
    namespace: query.namespace,
    project: query.project,
    name: query.name,
    types: query.type,
    artifactTypes: query.artifactType,
    configMediaTypes: query.configMediaType,
    mediaTypes: query.mediaType,
    platforms: platformNames(query.platform),
    classes: query.class,
    annotations: query.annotation,
    labels: query.label,
    signed: query.signed,
    referrers: query.referrer,
    since: parseTime(query.since),
    until: parseTime(query.until),
    text: query.q,
  };
}
