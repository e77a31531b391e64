import type { Random } from "../../src/storage/filesystem/testing/random.ts";
import { PUSH_METHODS } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { type Content, configBlob, imageOf, randomBlob } from "../support/content.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import type { Ledger } from "./ledger.ts";

const METHODS = Object.values(PUSH_METHODS);
const SIZES = [1, 300, 5000, 70_000, 300_000, 700_000];

const REPOSITORIES = ["crash/first", "crash/second", "crash/third"];
const SCRATCH = "crash/scratch";

/** Layers that all clients share, so that pushes of the same content meet. */
export function sharedLayers(count: number): Content[] {
  return Array.from({ length: count }, (_, at) => randomBlob(SIZES[at % SIZES.length] ?? 1));
}

export interface Pusher {
  readonly client: RegistryClient;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly layers: readonly Content[];
  /** Blobs that nobody else pushes and deletes. */
  readonly scratch: readonly Content[];
  readonly running: () => boolean;
}

/** Pushes images and blobs, and deletes blobs, until the server is gone. Answers that are no success end it with an error. */
export async function pushUntilKilled(pusher: Pusher): Promise<void> {
  while (pusher.running()) {
    try {
      await (pusher.random.chance(0.6) ? pushImage(pusher) : changeScratch(pusher));
    } catch (error) {
      if (pusher.running()) throw error;
    }
  }
}

async function pushImage({ client, ledger, random, layers }: Pusher): Promise<void> {
  const repository = pick(random, REPOSITORIES);
  const contents = [configBlob(), pick(random, layers), pick(random, layers), randomBlob(pick(random, SIZES))];
  for (const content of contents) {
    const acknowledge = ledger.blob(repository, content, "there");
    await expectSuccess(pick(random, METHODS)(client, repository, content), 201);
    acknowledge();
  }
  const [config = configBlob(), ...rest] = contents;
  const manifest = imageOf(config, rest);
  const sharedTag = random.chance(0.7) ? `tag-${random.below(5)}` : undefined;
  const ownTag = `own-${manifest.digest.slice(-16)}`;
  const acknowledge = ledger.manifest({ repository, manifest, contents, sharedTag, ownTag });
  const tags = sharedTag === undefined ? [] : [sharedTag];
  await expectSuccess(client.putManifest(repository, ownTag, manifest, tags), 201);
  acknowledge();
}

async function changeScratch({ client, ledger, random, scratch }: Pusher): Promise<void> {
  const blob = pick(random, scratch);
  const pushed = ledger.blob(SCRATCH, blob, "there");
  await expectSuccess(pick(random, METHODS)(client, SCRATCH, blob), 201);
  pushed();
  if (random.chance(0.3)) return;
  const deleted = ledger.blob(SCRATCH, blob, "deleted");
  await expectSuccess(client.delete(`/v2/${SCRATCH}/blobs/${blob.digest}`), 202);
  deleted();
}

async function expectSuccess(request: Promise<Answer>, status: number): Promise<void> {
  const answer = await request;
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text()}`);
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error("there is nothing to pick from");
  return value;
}
