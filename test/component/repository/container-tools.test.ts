import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileStream } from "../../../src/client/content/files.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { openArtifactArchive } from "../../../src/components/repository/artifact-set.ts";
import { createComponentRepository } from "../../../src/components/repository/create-component-repository.ts";
import { registryStore } from "../../../src/components/repository/registry-store.ts";
import { sampleDescriptor, sampleResource } from "../../../src/components/repository/testing/sample-version.ts";
import { OCI_IMAGE_MANIFEST } from "../../../src/oci/media-types.ts";
import type { Tag } from "../../../src/oci/tag.ts";
import { findTool, testWith } from "../../support/tools.ts";
import { REGISTRIES, useRegistries } from "./use-registries.ts";

const hostOf = useRegistries();
const client = createRegistryClient({ env: {} });
const [crane, skopeo] = await Promise.all([findTool("crane"), findTool("skopeo")]);
const root = await mkdtemp(join(tmpdir(), "opm-tools-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const IMAGE = join(import.meta.dir, "../fixtures/inputs/image.artifactset.tgz");

describe.each(REGISTRIES)("an image that is a local blob, in %s", (registry) => {
  async function place() {
    const subPath = `tools/${crypto.randomUUID()}`;
    const set = await openArtifactArchive(readFileStream(IMAGE), "image");
    const access = { type: "localBlob", localReference: set.root.digest, mediaType: OCI_IMAGE_MANIFEST };
    const repository = createComponentRepository(registryStore(client, { host: hostOf(registry), subPath }));
    const resources = [sampleResource("image", access)];
    return { set, access, repository, resources, image: `${hostOf(registry)}/${subPath}/component-descriptors/acme.org/app@${set.root.digest}` };
  }

  testWith(crane, skopeo)("is pulled by its digest by container tools", async () => {
    const { set, repository, resources, image } = await place();
    await repository.put({ descriptor: sampleDescriptor({ resources }), blobs: [{ kind: "artifact", root: set.root, source: set.source }] });
    await set.close();
    await run(crane.path ?? "crane", "pull", "--insecure", image, join(root, `${crypto.randomUUID()}.tar`));
    await run(skopeo.path ?? "skopeo", "copy", "--src-tls-verify=false", `docker://${image}`, `dir:${join(root, crypto.randomUUID())}`);
  });

  test("is found where an older access names it from the root of the registry", async () => {
    const { set, repository, image } = await place();
    const name = image.slice(image.indexOf("/") + 1, image.indexOf("@"));
    const resources = [sampleResource("image", { type: "relativeOciReference", reference: `${name}@${set.root.digest}` })];
    const { store } = repository;
    const target = store.target(store.repository("component-descriptors/acme.org/app"));
    const manifest = await set.source.manifest(set.root.digest);
    const parts = JSON.parse(new TextDecoder().decode(manifest.bytes));
    for (const part of [parts.config, ...parts.layers]) await target.putBlob({ descriptor: part, open: () => set.source.blob(part) });
    await target.putManifest(manifest, { tags: ["image" as Tag] });
    await set.close();
    await repository.put({ descriptor: sampleDescriptor({ resources }), blobs: [] });
    const version = await repository.get("acme.org/app", "1.0.0");
    const blob = await version.localBlob(version.descriptor.component.resources[0]?.access ?? { type: "" });
    expect(blob.content).toMatchObject({ kind: "artifact", root: { digest: set.root.digest } });
  });
});

async function run(...command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...command], {
    env: { PATH: process.env.PATH ?? "", HOME: root, DOCKER_CONFIG: root },
    stdout: "pipe",
    stderr: "pipe",
    timeout: 30_000,
  });
  const [code, text] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
}
