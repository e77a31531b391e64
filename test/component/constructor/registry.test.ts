import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openLayoutFolder } from "../../../src/client/content/layout-folder.ts";
import { repositoryContent } from "../../../src/client/content/repository-content.ts";
import { copyArtifact } from "../../../src/client/copy.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { parseRepositoryName } from "../../../src/oci/name.ts";
import { parseTag } from "../../../src/oci/tag.ts";
import { type LayoutOnDisk, writeLayout } from "../../clients/images.ts";
import { findTool, testWith } from "../../support/tools.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { readArchive, type Tree } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox } from "../support/component-sandbox.ts";

setDefaultTimeout(60_000);

const hostOf = useRegistries();
const [crane] = await Promise.all([findTool("crane")]);
let sandbox: ComponentSandbox;
let image: LayoutOnDisk;
beforeAll(async () => {
  sandbox = componentSandbox({ inputs: true });
  image = await writeLayout(sandbox.file("layout"));
});
afterAll(() => sandbox.remove());

/** Puts the image into a registry. */
async function push(registry: string): Promise<string> {
  const name = `img/${crypto.randomUUID()}`;
  const target = repositoryContent(createRegistryClient({ env: {} }).repository(hostOf(registry), parseRepositoryName(name)));
  const source = await openLayoutFolder(image.folder);
  await copyArtifact({ source, reference: parseTag(image.tag) }, { target, tags: [parseTag("1.0.0")] });
  return `${hostOf(registry)}/${name}`;
}

async function add(resource: string, to: string, args: readonly string[] = []) {
  sandbox.write("c.yaml", `name: acme.org/app\nversion: 1.0.0\nprovider: {name: acme.org}\nresources:\n- name: image\n  type: ociImage\n${resource}`);
  return await sandbox.run(["add", "--to", to, "c.yaml", ...args]);
}

function resourceOf(archive: string): Tree {
  const component = readArchive(sandbox.file(archive)).get("acme.org/app:1.0.0")?.descriptor.component;
  return (component as { readonly resources: readonly Tree[] } | undefined)?.resources[0] ?? {};
}

test.each(REGISTRIES)("an image of %s comes along by value, with all platforms or some", async (registry) => {
  const reference = await push(registry);
  const [, name] = /^[^/]+\/(.*)$/.exec(reference) ?? [];
  const all = `${crypto.randomUUID()}.tar`;
  expect(await add(`  input: {type: ociArtifact, path: "${reference}:1.0.0"}\n`, all)).toMatchObject({ code: 0 });
  expect(resourceOf(all)).toEqual({
    name: "image",
    type: "ociImage",
    version: "1.0.0",
    relation: "local",
    access: { type: "localBlob", localReference: image.index.digest, mediaType: image.index.mediaType, referenceName: `${name}:1.0.0` },
    digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "ociArtifactDigest/v1", value: image.index.digest.slice("sha256:".length) },
  });
  const one = `${crypto.randomUUID()}.tar`;
  expect(await add(`  input: {type: ociImage, path: "http://${reference}:1.0.0", platforms: [linux/arm64], repository: our/image}\n`, one)).toMatchObject({
    code: 0,
  });
  expect(resourceOf(one).access).toMatchObject({ localReference: image.images.arm64.digest, referenceName: "our/image:1.0.0" });
  const both = `${crypto.randomUUID()}.tar`;
  await add(`  input: {type: ociArtifact, path: "${reference}:1.0.0", platforms: [linux/arm64, linux/amd64]}\n`, both);
  expect(readArchive(sandbox.file(both)).get("acme.org/app:1.0.0")?.artifacts).toHaveLength(1);
  const none = await add(`  input: {type: ociArtifact, path: "${reference}:1.0.0", platforms: [linux/s390x]}\n`, "./none");
  expect(none).toMatchObject({ code: 5, stderr: expect.stringContaining("resources[0].input.path: the artifact has nothing for linux/s390x") });
});

test("an image that access names keeps its place, and has the digest that the registry gives", async () => {
  const reference = await push("opm serve");
  const access = `  version: 1.0.0\n  access: {type: ociArtifact, imageReference: "http://${reference}:1.0.0"}\n`;
  const target = `${crypto.randomUUID()}.tgz`;
  expect(await add(access, target)).toMatchObject({ code: 0 });
  const value = image.index.digest.slice("sha256:".length);
  expect(resourceOf(target)).toEqual({
    name: "image",
    type: "ociImage",
    version: "1.0.0",
    relation: "external",
    access: { type: "ociArtifact", imageReference: `http://${reference}:1.0.0` },
    digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "ociArtifactDigest/v1", value },
  });
  const given = (text: string) => `${access}  digest: {hashAlgorithm: SHA-256, normalisationAlgorithm: genericBlobDigest/v1, value: "${text}"}\n`;
  expect(await add(given(value), `${crypto.randomUUID()}.tgz`)).toMatchObject({ code: 0 });
  expect(await add(given("0".repeat(64)), "./wrong")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("resources[0].digest: the content has the digest"),
  });
  const gone = access.replace(':1.0.0"', ':9.9.9"');
  expect(await add(gone, "./gone")).toMatchObject({ code: 5, stderr: expect.stringContaining("--no-access-digests leaves the digest out") });
  const without = `${crypto.randomUUID()}.tgz`;
  expect(await add(gone, without, ["--no-access-digests"])).toMatchObject({ code: 0 });
  expect(resourceOf(without).digest).toBeUndefined();
});

testWith(crane)(
  "what was built into a registry is read there again, and its image pulled by digest",
  async () => {
    for (const registry of REGISTRIES) {
      const to = `http://${hostOf(registry)}/delivery/${crypto.randomUUID()}`;
      const { code, stdout } = await sandbox.run(["add", "--to", to, "cc-new1.yaml"]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `added     ${to}//acme.org/demo/echo:1.0.0\nadded     ${to}//acme.org/demo/app:2.0.0\n` });
      expect((await sandbox.run(["add", "--to", to, "cc-new1.yaml"])).stdout).toBe(stdout.replaceAll("added", "equal"));
      const hello = await sandbox.run(["download", `${to}//acme.org/demo/echo`, "hello", "-O", "-"]);
      expect(hello.stdout).toBe("hello from a local blob\n");
      const place = `${to.slice("http://".length)}/component-descriptors/acme.org/demo/echo@sha256:69b3c55a72ae703657782dcae4fef7846fcf9187c5ce74043bcb01d90f461c98`;
      const pull = Bun.spawn([crane.path ?? "crane", "pull", "--insecure", place, join(sandbox.path, `${crypto.randomUUID()}.tar`)], {
        env: { PATH: process.env.PATH ?? "", HOME: sandbox.path },
        stderr: "pipe",
        timeout: 30_000,
      });
      expect({ code: await pull.exited, text: await new Response(pull.stderr).text() }).toMatchObject({ code: 0 });
    }
  },
  60_000,
);
