import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../../../src/client/content/verified.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { jsonEqual } from "../../../src/components/descriptor/json-tree.ts";
import { parseRepository } from "../../../src/components/parse-repository.ts";
import { localElements } from "../../../src/components/repository/component-manifests.ts";
import type { ComponentRepository, NewLocalBlob, StoredComponentVersion } from "../../../src/components/repository/component-repository.ts";
import { createComponentRepository } from "../../../src/components/repository/create-component-repository.ts";
import { openComponentStore } from "../../../src/components/repository/open-component-store.ts";
import { REGISTRIES, useRegistries } from "./use-registries.ts";

const hostOf = useRegistries();
const client = createRegistryClient({ env: {} });
const root = await mkdtemp(join(tmpdir(), "opm-components-"));
afterAll(() => rm(root, { recursive: true, force: true }));

async function open(place: string, access: "read" | "write"): Promise<ComponentRepository> {
  return createComponentRepository(await openComponentStore(parseRepository(place), { client, access }));
}

/** What is written back as it was read. */
async function blobsOf(version: StoredComponentVersion): Promise<NewLocalBlob[]> {
  const blobs: NewLocalBlob[] = [];
  for (const { element } of localElements(version.descriptor)) {
    const { content } = await version.localBlob(element.access);
    if (content.kind === "artifact") blobs.push(content);
    else for (const layer of content.layers) blobs.push(layerBlob(version, layer));
  }
  return blobs;
}

function layerBlob({ store, descriptor }: StoredComponentVersion, layer: Extract<NewLocalBlob, { kind: "layer" }>["descriptor"]): NewLocalBlob {
  const source = store.source(store.repository(`component-descriptors/${descriptor.component.name}`));
  return {
    kind: "layer",
    descriptor: layer,
    open: (signal) => source.blob(layer, { signal }),
    verified: true,
    ...(source.location && { from: source.location }),
  };
}

async function carry(from: string, to: string): Promise<void> {
  const [source, target] = [await open(from, "read"), await open(to, "write")];
  for (const name of ["acme.org/demo/echo", "acme.org/demo/app"]) {
    for (const version of await source.versions(name)) {
      const stored = await source.get(name, version);
      const { descriptor, descriptorMediaType, schema } = stored;
      await target.put({ descriptor, blobs: await blobsOf(stored), descriptorMediaType, schema });
    }
  }
  await target.store.close();
  await source.store.close();
}

const FIXTURES = join(import.meta.dir, "../fixtures");

describe.each(["older-cli-signed", "newer-cli-signed"])("%s", (fixture) => {
  test.each(REGISTRIES)(
    "goes through files to %s and back, value for value",
    async (registry) => {
      const folder = await mkdtemp(join(root, "way-"));
      const stops = [
        join(FIXTURES, fixture),
        join(folder, "a.tgz"),
        `http://${hostOf(registry)}/way/${crypto.randomUUID()}`,
        join(folder, "b.tar"),
        join(folder, "c"),
      ];
      for (const [at, stop] of stops.slice(1).entries()) await carry(stops[at] ?? "", stop);
      const [first, last] = [await open(stops[0] ?? "", "read"), await open(stops.at(-1) ?? "", "read")];
      for (const [name, version] of [
        ["acme.org/demo/echo", "1.0.0"],
        ["acme.org/demo/app", "2.0.0"],
      ] as const) {
        const [before, after] = [await first.get(name, version), await last.get(name, version)];
        expect(jsonEqual(before.descriptor, after.descriptor)).toBe(true);
        expect(after.layout).toBe(before.layout);
        expect(after.descriptorMediaType).toBe(before.descriptorMediaType);
        for (const { element } of localElements(before.descriptor)) {
          const [one, other] = [await before.localBlob(element.access), await after.localBlob(element.access)];
          expect(other.content.kind).toBe(one.content.kind);
          expect(Buffer.compare(await collect(one.open()), await collect(other.open()))).toBe(0);
        }
      }
      expect((await Array.fromAsync(last.components())).sort()).toEqual(["acme.org/demo/app", "acme.org/demo/echo"]);
    },
    60_000,
  );
});
