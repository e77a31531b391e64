import { afterAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryClient } from "../../client/registry-client.ts";
import { openStores } from "./open-stores.ts";
import { localBlob, sampleDescriptor, sampleResource, textBlob } from "./testing/sample-version.ts";

const root = await mkdtemp(join(tmpdir(), "opm-stores-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const client = createRegistryClient({ env: {} });
const blob = textBlob("hello");
const version = { descriptor: sampleDescriptor({ resources: [sampleResource("hello", localBlob(blob))] }), blobs: [blob] };

test.each(["x.tar", "x.tgz", "x"])("what was written is there once all is closed: %s", async (file) => {
  const folder = await mkdtemp(join(root, "close-"));
  const stores = openStores(client, { schemes: new Map() });
  const repository = await stores.open(join(folder, file), { access: "write" });
  await repository.put(version);
  await stores.close();
  expect(await readdir(folder)).toEqual([file]);
  const again = openStores(client, { schemes: new Map() });
  expect(await (await again.open(join(folder, file))).versions("acme.org/app")).toEqual(["1.0.0"]);
  await again.close();
});

test.each(["x.tar", "x.tgz"])("after a failure nothing is left: %s", async (file) => {
  const folder = await mkdtemp(join(root, "discard-"));
  const stores = openStores(client, { schemes: new Map() });
  await (await stores.open(join(folder, file), { access: "write" })).put(version);
  await stores.discard();
  await stores.close();
  expect(await readdir(folder)).toEqual([]);
});

test("an archive that nothing was written to is not made, nor rewritten", async () => {
  const folder = await mkdtemp(join(root, "none-"));
  const stores = openStores(client, { schemes: new Map() });
  await stores.open(join(folder, "x.tgz"), { access: "write" });
  await stores.close();
  expect(await readdir(folder)).toEqual([]);
});

test("an archive that another process replaced meanwhile is left alone", async () => {
  const path = join(await mkdtemp(join(root, "other-")), "x.tar");
  const stores = openStores(client, { schemes: new Map() });
  await (await stores.open(path, { access: "write" })).put(version);
  await writeFile(path, "other");
  expect(await stores.close().catch((error) => error)).toMatchObject({ kind: "refused" });
  expect(await Bun.file(path).text()).toBe("other");
});

test.each(["x.tar", "x.tgz"])("of several that write at once nothing is lost unless it is said: %s", async (file) => {
  const path = join(await mkdtemp(join(root, "race-")), file);
  const write = async (number: string) => {
    const stores = openStores(client, { schemes: new Map() });
    await (await stores.open(path, { access: "write" })).put({ descriptor: sampleDescriptor({ version: number }), blobs: [] });
    return stores;
  };
  const stored: string[] = [];
  for (const numbers of [
    ["1.0.0", "1.1.0", "1.2.0"],
    ["2.0.0", "2.1.0", "2.2.0"],
  ]) {
    const opened = await Promise.all(numbers.map(write));
    const closed = await Promise.allSettled(opened.map((stores) => stores.close()));
    stored.push(...numbers.filter((_, at) => closed[at]?.status === "fulfilled"));
    for (const result of closed) if (result.status === "rejected") expect(result.reason).toMatchObject({ kind: "refused" });
  }
  const again = openStores(client, { schemes: new Map() });
  expect(await (await again.open(path)).versions("acme.org/app")).toEqual(stored);
  await again.close();
  expect(stored.length).toBeGreaterThanOrEqual(2);
  expect(await readdir(join(path, ".."))).toEqual([file]);
});

test("an archive that cannot be written is named", async () => {
  const path = join(root, `${"x".repeat(240)}.tar`);
  const stores = openStores(client, { schemes: new Map() });
  const error = await (await stores.open(path, { access: "write" })).put(version).catch((cause) => cause);
  expect(error.message).toMatch(/cannot write .*x\.tar: /);
  await stores.discard();
});

test("several write into a folder at once", async () => {
  const path = join(await mkdtemp(join(root, "race-")), "x");
  const numbers = Array.from({ length: 8 }, (_, at) => `1.${at}.0`);
  const all = numbers.map(() => openStores(client, { schemes: new Map() }));
  const repositories = await Promise.all(all.map((stores) => stores.open(path, { access: "write" })));
  await Promise.all(repositories.map((repository, at) => repository.put({ descriptor: sampleDescriptor({ version: numbers[at] }), blobs: [] })));
  for (const stores of all) await stores.close();
  const again = openStores(client, { schemes: new Map() });
  expect(await (await again.open(path)).versions("acme.org/app")).toEqual(numbers);
  await again.close();
});

test("one packing cannot be asked of another", async () => {
  const folder = await mkdtemp(join(root, "format-"));
  const stores = openStores(client, { schemes: new Map() });
  await (await stores.open(`ctf+tar::${join(folder, "x")}`, { access: "write" })).put(version);
  await stores.close();
  const error = await stores.open(`ctf+tgz::${join(folder, "x")}`).catch((cause) => cause);
  expect(error.message).toMatch(/is a tar file, not a tgz file/);
  expect(await stores.open(folder).catch((cause) => cause)).toMatchObject({ kind: "invalid" });
  expect(await stores.open(join(folder, "none")).catch((cause) => cause)).toMatchObject({ kind: "not-found" });
});

test("a registry is named with one scheme", async () => {
  const schemes = new Map<string, boolean>();
  const stores = openStores(client, { schemes });
  await stores.open("http://registry.example.com/a");
  expect(schemes.get("registry.example.com")).toBe(true);
  expect(await stores.open("https://registry.example.com/b").catch((cause) => cause)).toMatchObject({ kind: "invalid" });
  await stores.discard();
});
