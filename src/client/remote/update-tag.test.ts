import { afterEach, expect, test } from "bun:test";
import type { ServerResponse } from "node:http";
import { digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { parseTag } from "../../oci/tag.ts";
import type { StoredManifest, TagChange } from "../content/content.ts";
import { createRegistryClient } from "../registry-client.ts";
import { type FakeRegistry, startFakeRegistry } from "../testing/fake-registry.ts";
import { reply, type SeenRequest } from "../testing/fake-server.ts";

const NAME = parseRepositoryName("a");
const TAG = parseTag("1");

let registry: FakeRegistry | undefined;
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

/** A set of words, as the annotations of an index. */
function indexOf(words: readonly string[]): StoredManifest {
  const annotations = Object.fromEntries(words.toSorted().map((word) => [word, ""]));
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: [], annotations }));
  return { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function wordsOf(bytes: Uint8Array | undefined): string[] {
  const { annotations = {} }: { annotations?: Record<string, string> } = bytes === undefined ? {} : JSON.parse(Buffer.from(bytes).toString());
  return Object.keys(annotations);
}

function adding(word: string): TagChange {
  return (before) => {
    const words = wordsOf(before?.bytes);
    return words.includes(word) ? undefined : indexOf([...words, word]);
  };
}

async function start(before?: (request: SeenRequest, response: ServerResponse, registry: FakeRegistry) => boolean) {
  const started: FakeRegistry = await startFakeRegistry({ before: (request, response) => before?.(request, response, started) ?? false });
  registry = started;
  const named = () => wordsOf(started.manifests.get("1")?.bytes);
  const overwrite = (...words: string[]) => started.manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(indexOf(words).bytes) });
  const puts = () => started.seen.filter(({ method }) => method === "PUT");
  return { repository: started.client.repository(started.host, NAME), named, overwrite, puts };
}

const isPut = ({ method, path }: SeenRequest) => method === "PUT" && path.endsWith("/manifests/1");

test("what others write over it is taken up, and what was lost is entered again, until it stays", async () => {
  let puts = 0;
  const { repository, named, overwrite } = await start((request, response, { manifests }) => {
    if (!isPut(request) || ++puts > 3) return false;
    // another wrote what it had read before
    manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(indexOf([`other${puts}`]).bytes) });
    reply(response, 201);
    return true;
  });
  overwrite("first");
  const updated = await repository.updateTag(TAG, adding("own"));
  expect([wordsOf(updated?.bytes), named(), puts]).toEqual([["other3", "own"], ["other3", "own"], 4]);
});

test("one that is overwritten while it settles comes back", async () => {
  const { repository, named, overwrite, puts } = await start();
  const update = repository.updateTag(TAG, adding("own"));
  while (puts().length === 0) await Bun.sleep(5);
  while (!named().includes("own")) await Bun.sleep(5);
  overwrite("late");
  await update;
  expect(named()).toEqual(["late", "own"]);
});

test("many at once lose nothing", async () => {
  const { named } = await start();
  // Time enough for all of them on a busy machine: it is a multiple of this.
  const repository = createRegistryClient({ env: {}, settle: 1000 }).repository(registry?.host ?? "", NAME);
  const words = Array.from({ length: 8 }, (_, at) => `w${at}`);
  await Promise.all(words.map((word) => repository.updateTag(TAG, adding(word))));
  expect(named()).toEqual(words);
});

test("what is right is not written, and nothing is waited for", async () => {
  const { overwrite, puts } = await start();
  // one that waited would not end in the time of a test
  const repository = createRegistryClient({ env: {}, settle: 3_600_000 }).repository(registry?.host ?? "", NAME);
  overwrite("own");
  expect(wordsOf((await repository.updateTag(TAG, adding("own")))?.bytes)).toEqual(["own"]);
  expect(puts()).toEqual([]);
  expect(await repository.updateTag(parseTag("none"), () => undefined)).toBeUndefined();
});

test("a tag that others write all the time is not called right", async () => {
  await start((request, response) => {
    if (isPut(request)) reply(response, 201);
    return isPut(request);
  });
  const hasty = createRegistryClient({ env: {}, settle: 50 }).repository(registry?.host ?? "", NAME);
  const error = await hasty.updateTag(TAG, adding("own")).catch((error: unknown) => error);
  expect(error).toMatchObject({ kind: "general", message: expect.stringContaining("others write it all the time") });
}, 60_000);

test("after a push that took long it cannot be sure of what others wrote, and says so", async () => {
  const { named } = await start((request, response, { manifests }) => {
    if (!isPut(request)) return false;
    manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(request.body, "latin1") });
    setTimeout(() => reply(response, 201), 2300);
    return true;
  });
  const patient = createRegistryClient({ env: {}, settle: 300 }).repository(registry?.host ?? "", NAME);
  const error = await patient.updateTag(TAG, adding("own")).catch((error: unknown) => error);
  expect(error).toMatchObject({ kind: "general", message: expect.stringContaining("an entry of another may be lost") });
  expect(named()).toEqual(["own"]);
}, 60_000);

test("a registry that holds pushes to conditions is not asked again, and a push that it refuses is made anew", async () => {
  let puts = 0;
  const conditions = { "OPM-Conditions": "If-Match, If-None-Match" };
  const { repository, named, overwrite } = await start((request, response, { manifests }) => {
    const manifest = manifests.get("1");
    if (request.method === "GET" && manifest !== undefined) {
      reply(response, 200, { "Content-Type": OCI_IMAGE_INDEX, ETag: `"${digestOf(manifest.bytes)}"`, ...conditions }, manifest.bytes);
      return true;
    }
    if (!isPut(request)) return false;
    puts++;
    const allowed = manifest === undefined ? request.headers["if-none-match"] === "*" : request.headers["if-match"] === `"${digestOf(manifest.bytes)}"`;
    if (puts === 1) manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(indexOf(["other"]).bytes) });
    else if (allowed) manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(request.body, "latin1") });
    reply(response, puts > 1 && allowed ? 201 : 412, conditions);
    return true;
  });
  await repository.updateTag(TAG, adding("own"));
  expect([named(), puts]).toEqual([["other", "own"], 2]);
  overwrite("other", "own");
  const asked = registry?.seen.length ?? 0;
  await repository.updateTag(TAG, adding("more"));
  expect(registry?.seen.slice(asked).map(({ method }) => method)).toEqual(["GET", "PUT"]);
});

test("a registry that means something else by conditions is written without", async () => {
  const { repository, named, overwrite } = await start((request, response, { manifests }) => {
    const manifest = manifests.get("1");
    if (request.method === "GET" && manifest !== undefined) {
      reply(response, 200, { "Content-Type": OCI_IMAGE_INDEX, ETag: '"17"' }, manifest.bytes);
      return true;
    }
    if (!isPut(request) || request.headers["if-match"] === undefined) return false;
    reply(response, 412);
    return true;
  });
  overwrite("first");
  await repository.updateTag(TAG, adding("own"));
  expect(named()).toEqual(["first", "own"]);
});

test("a push whose answer was lost is looked after like another", async () => {
  let puts = 0;
  let isSeen = false;
  const { repository, named, overwrite } = await start((request, response, { manifests }) => {
    const manifest = manifests.get("1");
    if (request.method === "GET" && puts > 0 && manifest !== undefined && !isSeen) {
      reply(response, 200, { "Content-Type": OCI_IMAGE_INDEX }, manifest.bytes);
      // another writes after the push was seen to be there
      isSeen = true;
      overwrite("other");
      return true;
    }
    if (!isPut(request) || ++puts > 1) return false;
    manifests.set("1", { type: OCI_IMAGE_INDEX, bytes: Buffer.from(request.body, "latin1") });
    response.destroy();
    return true;
  });
  await repository.updateTag(TAG, adding("own"));
  expect([isSeen, named()]).toEqual([true, ["other", "own"]]);
});

test("a registry that wants to be left alone for long is", async () => {
  const { repository } = await start((request, response) => {
    if (isPut(request)) reply(response, 429, { "Retry-After": "3600" });
    return isPut(request);
  });
  expect(await repository.updateTag(TAG, adding("own")).catch((error: unknown) => error)).toMatchObject({ kind: "network", status: 429 });
});

test("a registry that fails for a moment is asked again, one that fails for good is an error", async () => {
  let fails = 2;
  const { repository, named } = await start((request, response) => {
    if (!isPut(request) || fails-- <= 0) return false;
    reply(response, 503, { "Retry-After": "0" });
    return true;
  });
  await repository.updateTag(TAG, adding("own"));
  expect(named()).toEqual(["own"]);
  fails = 1000;
  expect(await repository.updateTag(TAG, adding("more")).catch((error: unknown) => error)).toMatchObject({ kind: "network", status: 503 });
});
