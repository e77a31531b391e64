import type { ArtifactFacts } from "../artifacts/facts.ts";
import type { Digest } from "../oci/digest.ts";
import { parseManifest } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import { readFactsLater } from "../registry/facts.ts";
import type { Registry } from "../registry/registry.ts";

/** Manifests that are asked for at once, and those of them that are read before it is asked anew. */
const LOOK = 500;
const BATCH = 50;

/** Milliseconds between two manifests: the sweep gives way to requests. */
const PAUSE = 2;

export interface SweepOptions {
  readonly signal?: AbortSignal;
}

/**
 * Reads what manifests say about themselves that were stored before anybody looked, e.g. by an earlier version. What cannot be read
 * gets facts that say so, so that the sweep ends.
 * @returns how many were read
 */
export async function sweepFacts(
  registry: Pick<Registry<"blobs" | "manifests">, "content" | "metadata" | "types">,
  { signal }: SweepOptions = {},
): Promise<number> {
  const { metadata } = registry;
  let read = 0;
  let before = "";
  while (!signal?.aborted) {
    const batch = takeTurns(await metadata.manifests.listWithoutFacts(LOOK)).slice(0, BATCH);
    // The same ones again: they cannot be stored, and would not be the next time either.
    const key = batch.map(({ repository, digest }) => `${repository}@${digest}`).join();
    if (batch.length === 0 || key === before) break;
    before = key;
    for (const { repository, digest } of batch) {
      if (signal?.aborted) break;
      const facts = await factsOf(registry, repository, digest);
      if (facts !== undefined) await metadata.manifests.putFacts({ repository, digest, facts });
      read++;
      await Bun.sleep(PAUSE);
    }
  }
  return read;
}

/** The first of each pusher, then the second of each: nobody's content waits behind that of somebody who pushes a lot. */
function takeTurns<Row extends { readonly pushedBy: string }>(rows: readonly Row[]): Row[] {
  const before = new Map<string, number>();
  const turns = rows.map((row) => {
    const turn = before.get(row.pushedBy) ?? 0;
    before.set(row.pushedBy, turn + 1);
    return { row, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ row }) => row);
}

/** Undefined when it was deleted meanwhile. */
async function factsOf(
  registry: Pick<Registry<"blobs" | "manifests">, "content" | "metadata" | "types">,
  repository: RepositoryName,
  digest: Digest,
): Promise<ArtifactFacts | undefined> {
  const stored = await registry.metadata.manifests.findByDigest(repository, digest);
  if (stored === undefined) return undefined;
  try {
    return await readFactsLater(registry, { repository, manifest: parseManifest(stored.body, stored.mediaType) });
  } catch (error) {
    const problem = `it could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return { platforms: [], labels: {}, provides: [], dependencies: [], problem: problem.slice(0, PROBLEM), truncated: false };
  }
}

/** Characters. */
const PROBLEM = 500;
