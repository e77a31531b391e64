import { describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { type Digest, digestAlgorithm, digestOf } from "../../oci/digest.ts";
import type { ContentStore } from "../content-store.ts";
import { type Content, contentOf, readAll, sourceOf } from "../testing/content.ts";
import { openFilesystemStore } from "./filesystem-store.ts";
import { type Random, randomOf } from "./testing/random.ts";
import { SimulatedDisk } from "./testing/simulated-disk.ts";

const CONTENTS = 35;
/** Chance of a loss of power after one operation. */
const LOSS = 0.02;

/** So few bytes that journals are retired many times. */
const JOURNAL_BYTES = 8000;

interface Loss {
  readonly disk: SimulatedDisk;
  readonly acknowledged: readonly Digest[];
}

describe("loss of power", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const journals = seed > 4;
    test(`keeps every acknowledged push and shows none that is torn, ${journals ? "with" : "without"} journals, seed ${seed}`, async () => {
      const random = randomOf(seed);
      const losses = await pushUntilLosses(random, journals);
      expect(losses.length).toBeGreaterThan(5);
      for (const loss of losses) await expectIntact(loss, random);
    }, 60_000);
  }
});

/** Pushes concurrently from two processes over one disk, and takes what a loss of power would leave at random moments. */
async function pushUntilLosses(random: Random, journals: boolean): Promise<Loss[]> {
  const disk = new SimulatedDisk(random, journals);
  const losses: Loss[] = [];
  const acknowledged: Digest[] = [];
  disk.onStep = () => {
    if (random.chance(LOSS)) losses.push({ disk: disk.afterPowerLoss(random), acknowledged: [...acknowledged] });
  };
  const stores = await Promise.all([1, 2].map(() => openOn(disk)));
  const contents = Array.from({ length: CONTENTS }, (_, index) =>
    contentOf(random.below(3000) + (random.chance(0.25) ? 65_536 : 0), index, random.chance(0.2) ? "sha512" : "sha256"),
  );
  // The same content several times in a row, so that pushes of it meet at every stage of one another.
  const queue = contents.flatMap((content) => Array.from({ length: 1 + random.below(4) }, () => content));
  const client = async (store: ContentStore) => {
    for (let content = queue.pop(); content !== undefined; content = queue.pop()) {
      if (random.chance(0.1)) await pushFromAnother(disk, content, random);
      else await push(store, content, random);
      acknowledged.push(content.digest);
    }
  };
  await Promise.all(stores.flatMap((store) => [client(store), client(store), client(store), client(store)]));
  disk.onStep = () => undefined;
  for (const store of stores) await store.close();
  return losses;
}

/** A process that starts, pushes and ends while others run. */
async function pushFromAnother(disk: SimulatedDisk, content: Content, random: Random): Promise<void> {
  const store = await openOn(disk);
  await push(store, content, random);
  await store.close();
}

function openOn(disk: SimulatedDisk): Promise<ContentStore> {
  return openFilesystemStore({ path: "/data/content", durability: "full", files: disk, journalBytes: JOURNAL_BYTES });
}

async function push(store: ContentStore, { bytes, digest }: Content, random: Random): Promise<void> {
  if (random.chance(0.5)) {
    await store.write(digest, sourceOf(bytes, 1000));
    return;
  }
  const id = randomUUID();
  await store.createUpload(id, "sha256");
  const middle = random.below(bytes.length + 1);
  await store.appendUpload(id, 0, sourceOf(bytes.subarray(0, middle)));
  await store.appendUpload(id, middle, sourceOf(bytes.subarray(middle)));
  await store.finishUpload(id, digest, random.chance(0.5) ? new Promise((resolve) => setImmediate(resolve)) : undefined);
}

/** Opens what a loss of power left. A second loss comes during the recovery now and then. */
async function expectIntact({ disk, acknowledged }: Loss, random: Random, again = true): Promise<void> {
  const losses: Loss[] = [];
  if (again) {
    disk.onStep = () => {
      if (random.chance(0.02)) losses.push({ disk: disk.afterPowerLoss(random), acknowledged });
    };
  }
  const store = await openOn(disk);
  for (const digest of acknowledged) expect(await digestAt(store, digest)).toBe(digest);
  for await (const { digest } of store.list()) expect(digest && (await digestAt(store, digest))).toBe(digest);
  const next = contentOf(1 + random.below(1000), 1000);
  await push(store, next, random);
  expect(await digestAt(store, next.digest)).toBe(next.digest);
  disk.onStep = () => undefined;
  await store.close();
  for (const loss of losses.slice(-2)) await expectIntact(loss, random, false);
}

async function digestAt(store: ContentStore, digest: Digest): Promise<Digest | undefined> {
  const bytes = await readAll(await store.read({ digest }));
  return bytes === undefined ? undefined : digestOf(bytes, digestAlgorithm(digest));
}
