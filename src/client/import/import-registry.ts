import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import type { ClientError } from "../client-error.ts";
import { createLimiter } from "../limiter.ts";
import { mapParallel } from "../plain/parallel.ts";
import type { RegistryClient } from "../registry-client.ts";
import { BlobPlaces } from "./blob-places.ts";
import type { ImportContext, ImportWishes } from "./import-context.ts";
import { addComparison, type Comparison, emptyComparison, type Finding, Findings, type RepositoryReport } from "./import-report.ts";
import type { ImportSource } from "./import-source.ts";
import { RepositoryImport } from "./repository-import.ts";
import { Setback, Side } from "./setback.ts";

/** Repositories that are under way at a time. */
const REPOSITORIES = 4;

/** Questions that each side is asked at a time. */
const QUESTIONS = 16;

/** Blobs that are sent at a time. */
const TRANSFERS = 4;

/** Where an import goes: repositories keep their names, behind those of the prefix. */
export interface ImportTarget {
  readonly client: RegistryClient;
  readonly registry: string;
  readonly prefix: RepositoryName | undefined;
}

/** Bring everything over, say what would come, or compare the sides. */
export type ImportMode = "import" | "plan" | "compare";

export interface ImportOptions extends Partial<ImportWishes> {
  /** Default: `import`. The others write nothing; that something is missing is a finding with `compare` only. */
  readonly mode?: ImportMode;
  /** True for repositories that come. Default: all. */
  readonly filter?: (name: string) => boolean;
  /** Repositories that the source must have: one that it has not is found. */
  readonly named?: readonly RepositoryName[];
  /** Blobs at a time. Default: 4. */
  readonly concurrency?: number;
  /** Told bytes that were sent, as they go; less than nothing when a broken transfer begins again. */
  readonly onBytes?: (bytes: number) => void;
  /** Told each repository that is through. */
  readonly onRepository?: (report: RepositoryReport) => void;
  readonly signal?: AbortSignal;
}

/** How the two sides compare when an import has ended. */
export interface ImportReport {
  readonly total: Comparison;
  /** By name. */
  readonly repositories: readonly RepositoryReport[];
  /** What is not, or not so, at the target; the first 10 000. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  /** Why it ended early: one side is gone. The same import goes on from there. */
  readonly stopped: ClientError | undefined;
}

/**
 * Brings over everything that a source lists: tags, what they name with all it consists of, and what refers to that. What cannot be brought is
 * found, and the rest goes on. What is there already is not sent again.
 * @throws ClientError where the source cannot be listed
 */
export async function importRegistry(source: ImportSource, target: ImportTarget, options: ImportOptions = {}): Promise<ImportReport> {
  const { mode = "import" } = options;
  options.signal?.throwIfAborted();
  const gone = new AbortController();
  const follow = () => gone.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", follow, { once: true });
  const context: ImportContext = {
    compareOnly: mode !== "import",
    overwrite: options.overwrite ?? false,
    untagged: options.untagged ?? false,
    source: new Side("source", createLimiter(QUESTIONS), gone),
    target: new Side("target", createLimiter(QUESTIONS), gone),
    transfers: createLimiter(options.concurrency ?? TRANSFERS),
    places: new BlobPlaces(),
    findings: new Findings(mode === "plan" ? "missing" : undefined),
    onBytes: options.onBytes ?? (() => {}),
  };
  const reports: RepositoryReport[] = [];
  let stopped: ClientError | undefined;
  try {
    const names = new Set<string>();
    for await (const name of source.repositories({ signal: gone.signal })) if (options.filter?.(name) ?? true) names.add(name);
    const named = new Set<string>(options.named);
    for (const name of named.difference(names)) context.findings.add({ repository: name, state: "broken", reason: `${source.name} has no such repository` });
    await mapParallel(
      [...names].sort(),
      async (name) => {
        const report = await importRepository(name, { source, target, context, isNamed: named.has(name) });
        if (report === undefined) return;
        reports.push(report);
        options.onRepository?.(report);
      },
      REPOSITORIES,
    );
  } catch (error) {
    if (options.signal?.aborted === true || error !== gone.signal.reason) throw error;
    stopped = gone.signal.reason;
  } finally {
    options.signal?.removeEventListener("abort", follow);
  }
  const total = emptyComparison();
  for (const report of reports) addComparison(total, report);
  const { list, count } = context.findings;
  return { total, repositories: reports.sort((a, b) => (a.name < b.name ? -1 : 1)), findings: list, findingCount: count, stopped };
}

interface RepositoryWay {
  readonly source: ImportSource;
  readonly target: ImportTarget;
  readonly context: ImportContext;
  readonly isNamed: boolean;
}

async function importRepository(name: string, { source, target, context, isNamed }: RepositoryWay): Promise<RepositoryReport | undefined> {
  const renamed = target.prefix === undefined ? name : `${target.prefix}/${name}`;
  if (!isRepositoryName(name) || !isRepositoryName(renamed)) {
    context.findings.add({
      repository: name,
      state: "refused",
      reason: `'${renamed}' is no name of a repository: expected lower-case letters, digits and single separators, 255 characters at most`,
    });
    return undefined;
  }
  const work = new RepositoryImport(context, source.repository(name), target.client.repository(target.registry, renamed));
  try {
    await work.run();
  } catch (error) {
    if (!(error instanceof Setback)) throw error;
    // a repository of which everything was deleted may still be listed
    if (!error.isAbsence || isNamed) context.findings.add({ repository: name, state: error.state, reason: error.message });
  }
  return { name, target: renamed, ...work.comparison };
}
