import type { RepositoryName } from "../../oci/name.ts";
import type { GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { PackageFilter, PackageStore } from "../../storage/metadata/catalog/packages.ts";
import type { Position, Visibility } from "../../storage/metadata/records.ts";
import type { Ports } from "../../storage/metadata/store.ts";
import { othersTurn } from "../../storage/others-turn.ts";
import type { ContentTally } from "./tally-content.ts";

/** Rows that are read at once; between two reads others get their turn. */
const CHUNK = 5000;
const NAMES = 500;

export interface ContentScan {
  /** Of one repository, or of a namespace and project; undefined: of all. */
  readonly scope: RepositoryName | Pick<PackageFilter, "namespace" | "project"> | undefined;
  readonly visible: Visibility;
  readonly tally: ContentTally;
  /** True when the time is up. */
  readonly late: () => boolean;
}

export interface ScannedContent {
  readonly repositories: number;
  readonly complete: boolean;
}

/** Tallies the content of repositories in a scope that are visible. */
export async function scanContent(metadata: Ports<"packages" | "graph">, scan: ContentScan): Promise<ScannedContent> {
  const { scope, visible } = scan;
  if (scope === undefined && visible.all) return scanAll(metadata.graph, scan);
  const names = typeof scope === "string" ? oneName(scope) : namesIn(metadata.packages, scope ?? {}, visible);
  let repositories = 0;
  for await (const name of names) {
    if (!(await scanRepository(metadata.graph, name, scan))) return { repositories, complete: false };
    repositories += 1;
  }
  return { repositories, complete: true };
}

async function scanAll(graph: GraphStore, { tally, late }: ContentScan): Promise<ScannedContent> {
  let after: { repositoryId: number; contentId: number } | undefined;
  let repositories = 0;
  for (;;) {
    const links = await graph.links({ after, limit: CHUNK });
    for (const link of links) {
      if (link.repositoryId !== after?.repositoryId) repositories += 1;
      after = link;
      tally.add(link);
    }
    if (links.length < CHUNK) return { repositories, complete: true };
    if (late()) return { repositories, complete: false };
    await othersTurn();
  }
}

/** False when the time was up before its end. */
async function scanRepository(graph: GraphStore, repository: RepositoryName, { tally, late }: ContentScan): Promise<boolean> {
  let after: { repositoryId: number; contentId: number } | undefined;
  for (;;) {
    if (late()) return false;
    const links = await graph.links({ repository, after, limit: CHUNK });
    for (const link of links) tally.add(link);
    after = links.at(-1);
    await othersTurn();
    if (links.length < CHUNK) return true;
  }
}

async function* oneName(name: RepositoryName): AsyncGenerator<RepositoryName> {
  yield name;
}

async function* namesIn(packages: PackageStore, filter: PackageFilter, visible: Visibility): AsyncGenerator<RepositoryName> {
  let after: Position | undefined;
  do {
    const page = await packages.list({ filter, visible, sort: { by: "name", descending: false }, after, limit: NAMES });
    for (const { name } of page.rows) yield name;
    after = page.next;
  } while (after !== undefined);
}
