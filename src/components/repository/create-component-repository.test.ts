import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { collect } from "../../client/content/verified.ts";
import { digestOf } from "../../oci/digest.ts";
import type { ComponentRepository } from "./component-repository.ts";
import { createComponentRepository } from "./create-component-repository.ts";
import { ctfFolder } from "./ctf/ctf-folder.ts";
import { ctfStore } from "./ctf/ctf-store.ts";

const FIXTURES = join(import.meta.dir, "../../../test/component/fixtures");

function open(name: string): ComponentRepository {
  const path = join(FIXTURES, name);
  return createComponentRepository(ctfStore(ctfFolder(path, name), { path, readOnly: true }));
}

describe.each([
  { name: "older-cli-signed", layout: "manifest", mediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml+tar" },
  { name: "newer-cli-signed", layout: "index", mediaType: "application/vnd.ocm.software.component-descriptor.v2+json" },
])("what another command line wrote: $name", ({ name, layout, mediaType }) => {
  const repository = open(name);

  test("components and versions are listed", async () => {
    expect((await Array.fromAsync(repository.components())).sort()).toEqual(["acme.org/demo/app", "acme.org/demo/echo"]);
    expect(await repository.versions("acme.org/demo/echo")).toEqual(["1.0.0"]);
    expect(await repository.has("acme.org/demo/app", "2.0.0")).toBe(true);
    expect(await repository.has("acme.org/demo/app", "2.0.1")).toBe(false);
  });

  test("every local blob is what its digest says", async () => {
    const version = await repository.get("acme.org/demo/echo", "1.0.0");
    expect(version.layout).toBe(layout as typeof version.layout);
    expect(version.descriptorMediaType).toBe(mediaType);
    expect(version.descriptor.component.name).toBe("acme.org/demo/echo");
    expect(version.warnings).toEqual([]);
    const { resources, sources } = version.descriptor.component;
    for (const element of [...resources, ...sources]) {
      const blob = await version.localBlob(element.access);
      const bytes = await collect(blob.open());
      if (blob.content.kind === "layers") expect(digestOf(bytes)).toBe(element.access.localReference as never);
      else expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    }
  });
});

test("the signed fields of the descriptor are there", async () => {
  const version = await open("older-cli-signed").get("acme.org/demo/app", "2.0.0");
  expect(version.descriptor.signatures?.map(({ name }) => name)).toContain("oldpkcs");
  expect(version.descriptor.component.creationTime).toBe("2026-11-21T08:07:56Z");
});
