import type { z } from "zod";
import { createLru } from "../../access/lru.ts";
import type { Principal } from "../../access/principal.ts";
import type { Stats, statsQuery } from "../../api/packages.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import { FairRoom } from "../../registry/fair-room.ts";
import type { Millis } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { scanContent } from "./scan-content.ts";
import { createContentTally } from "./tally-content.ts";
import { formatTime } from "./time.ts";

/** Milliseconds that figures are reused, and that they may take. */
const REUSE = 60_000;
const TIME_LIMIT = 10_000;

/** Figures of so many scopes and callers are kept. */
const KEPT = 100;

/** Scans that may wait for each other, and milliseconds that one does. */
const WAITING = 32;
const PATIENCE = 60_000;

type Scope = Stats["scope"];

/** What de-duplication saves, by scope; each question is answered once a minute, and one after the other: callers take turns. */
export interface Statistics {
  /** @throws RegistryError `NAME_UNKNOWN`, `PARAMETER_INVALID`, `TOOMANYREQUESTS`, and as `authorize` of the access for one repository */
  read(principal: Principal, query: z.output<typeof statsQuery>): Promise<Stats>;
}

export function createStatistics(catalog: Catalog<"repositories" | "packages" | "graph" | "definitions">): Statistics {
  const { metadata, access, now } = catalog;
  const kept = createLru<{ readonly at: Millis; readonly stats: Promise<Stats> }>(KEPT);
  const room = new FairRoom({ all: 1, each: 1, waiting: WAITING, patience: PATIENCE }, "statistics are asked for");

  async function inTurn(principal: Principal, work: () => Promise<Stats>): Promise<Stats> {
    const leave = await room.enter(principal.name, 1);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  return {
    async read(principal, scope) {
      if (scope.repository !== undefined) {
        if (scope.namespace !== undefined || scope.project !== undefined) throw scopeTwice();
        const name = parseRepositoryName(scope.repository);
        access.authorize(principal, "pull", name);
        if ((await metadata.repositories.find(name)) === undefined) throw unknownRepository(name);
      }
      const key = JSON.stringify([await metadata.definitions.revision(), whoSees(catalog, principal), scope.namespace, scope.project, scope.repository]);
      const before = kept.get(key);
      if (before !== undefined && now() - before.at < REUSE) return before.stats;
      const stats = inTurn(principal, () => computeStats(catalog, principal, scope));
      kept.set(key, { at: now(), stats });
      stats.catch(() => kept.delete(key));
      return stats;
    },
  };
}

async function computeStats(
  { metadata, access, now }: Catalog<"packages" | "graph">,
  principal: Principal,
  { namespace, project, repository }: Scope,
): Promise<Stats> {
  const started = now();
  const visible = access.filter(principal, "pull");
  const places = namespace === undefined && project === undefined ? undefined : { namespace, project };
  const scope = repository === undefined ? places : parseRepositoryName(repository);
  const tally = createContentTally();
  const { repositories, complete } = await scanContent(metadata, { scope, visible, tally, late: () => now() - started > TIME_LIMIT });
  return {
    scope: { namespace, project, repository },
    repositories,
    ...(await tally.result(metadata.graph, visible)),
    approximate: !complete,
    asOf: formatTime(started),
  };
}

function scopeTwice(): RegistryError {
  return new RegistryError("PARAMETER_INVALID", "parameter repository excludes namespace and project: give one or the others", {
    detail: { parameter: "repository" },
  });
}

/** The same for callers who see the same. */
function whoSees({ access }: Pick<Catalog, "access">, principal: Principal): string {
  if (access.filter(principal, "pull").all) return "everything";
  const { name, anonymous, groups, scopes, bearer } = principal;
  return JSON.stringify([name, anonymous, groups, scopes, bearer && [...bearer.registry].sort(), bearer?.holder.scopes]);
}
