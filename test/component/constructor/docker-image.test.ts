import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { repositoryContent } from "../../../src/client/content/repository-content.ts";
import { bytesOf } from "../../../src/client/content/verified.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import type { AccessSpec } from "../../../src/components/descriptor/component-descriptor.ts";
import { createComponentRepository } from "../../../src/components/repository/create-component-repository.ts";
import { openComponentStore } from "../../../src/components/repository/open-component-store.ts";
import { replaceDescriptor } from "../../../src/components/repository/replace-descriptor.ts";
import { type Digest, digestOf } from "../../../src/oci/digest.ts";
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../../src/oci/media-types.ts";
import { parseRepositoryName } from "../../../src/oci/name.ts";
import { parseTag } from "../../../src/oci/tag.ts";
import { useRegistries } from "../repository/use-registries.ts";
import { readArchive, type Tree } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox } from "../support/component-sandbox.ts";
import { readTar } from "../support/tar.ts";

setDefaultTimeout(60_000);

const hostOf = useRegistries();
let sandbox: ComponentSandbox;
let pushed: { readonly image: Digest; readonly list: Digest; readonly repository: string };

/** An image as docker's own tools wrote it, and a list with it. */
beforeAll(async () => {
  sandbox = componentSandbox();
  const name = parseRepositoryName(`docker/${crypto.randomUUID()}`);
  const target = repositoryContent(createRegistryClient({ env: {} }).repository(hostOf("opm serve"), name));
  const describe = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const put = async (mediaType: string, text: string) => {
    const bytes = Buffer.from(text);
    const descriptor = describe(mediaType, bytes);
    await target.putBlob({ descriptor, open: () => bytesOf(bytes), verified: true });
    return descriptor;
  };
  const putManifest = async (mediaType: string, fields: Record<string, unknown>, tag: string) => {
    // with white space, as docker writes it: the digest is of these bytes
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }, null, 3));
    const descriptor = describe(mediaType, bytes);
    await target.putManifest({ descriptor, bytes }, { tags: [parseTag(tag)] });
    return descriptor;
  };
  const config = await put("application/vnd.docker.container.image.v1+json", '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
  const layer = await put("application/vnd.docker.image.rootfs.diff.tar.gzip", "layer");
  const image = await putManifest(DOCKER_MANIFEST, { config, layers: [layer] }, "image");
  const list = await putManifest(DOCKER_MANIFEST_LIST, { manifests: [{ ...image, platform: { architecture: "amd64", os: "linux" } }] }, "list");
  pushed = { image: image.digest, list: list.digest, repository: `${hostOf("opm serve")}/${name}` };
});
afterAll(() => sandbox.remove());

async function add(tag: string, args: readonly string[] = [], source = "input: {type: ociArtifact, path: ") {
  const folder = `./${crypto.randomUUID()}`;
  const version = source.startsWith("access") ? "  version: 1.0.0\n" : "";
  const resource = `- name: image\n  type: ociImage\n${version}  ${source}"http://${pushed.repository}:${tag}"}\n`;
  sandbox.write("c.yaml", `name: acme.org/app\nversion: 1.0.0\nprovider: {name: acme.org}\nresources:\n${resource}`);
  const ran = await sandbox.run(["add", "--to", folder, "c.yaml", ...args]);
  expect(ran.code).toBe(0);
  return { folder, reference: `${folder}//acme.org/app:1.0.0`, stderr: ran.stderr };
}

function stored(folder: string) {
  const version = readArchive(sandbox.file(folder)).get("acme.org/app:1.0.0");
  const component = version?.descriptor.component as { readonly resources: readonly Tree[] } | undefined;
  return { resource: component?.resources[0] ?? {}, artifacts: version?.artifacts ?? [] };
}

/** The files of an archive. */
async function filesOf(file: string): Promise<ReadonlyMap<string, Buffer>> {
  return new Map(readTar(Buffer.from(await Bun.file(file).bytes())).map(({ name, content }) => [name, content]));
}

/** Changes the access of every resource. */
async function edit(folder: string, change: (access: AccessSpec) => AccessSpec): Promise<void> {
  const spec = { kind: "ctf", path: sandbox.file(folder), format: undefined } as const;
  const store = await openComponentStore(spec, { client: createRegistryClient({ env: {} }), access: "write" });
  const version = await createComponentRepository(store).get("acme.org/app", "1.0.0");
  const { component } = version.descriptor;
  const resources = component.resources.map((each) => ({ ...each, access: change(each.access) }));
  await replaceDescriptor(version, { ...version.descriptor, component: { ...component, resources } });
  await store.close();
}

const digestOfImage = (tag: "image" | "list") => pushed[tag];

test.each([
  ["image", DOCKER_MANIFEST, OCI_IMAGE_MANIFEST],
  ["list", DOCKER_MANIFEST_LIST, OCI_IMAGE_INDEX],
] as const)("a Docker %s is stored as it is, under an access that the older command line takes for an image", async (tag, own, named) => {
  const { folder, reference } = await add(tag);
  const { resource, artifacts } = stored(folder);
  expect(resource.access).toMatchObject({ type: "localBlob", localReference: digestOfImage(tag), mediaType: named });
  expect(artifacts).toMatchObject([{ digest: digestOfImage(tag), mediaType: own }]);
  const file = sandbox.file(`${crypto.randomUUID()}.tar`);
  expect((await sandbox.run(["download", "-q", reference, "image", "-O", file])).code).toBe(0);
  const files = await filesOf(file);
  expect([...files.keys()]).toContain(`blobs/sha256/${digestOfImage(tag).slice("sha256:".length)}`);
  expect(JSON.parse(Buffer.from(files.get("index.json") ?? "").toString())).toMatchObject({ manifests: [{ mediaType: own, digest: digestOfImage(tag) }] });
  expect((await sandbox.run(["check", reference])).code).toBe(0);
});

test("one under an access of Docker's type, as the newer command line writes it, is changed to that on its way", async () => {
  const { folder, reference } = await add("image");
  await edit(folder, (access) => ({ ...access, mediaType: DOCKER_MANIFEST }));
  expect(stored(folder).resource.access).toMatchObject({ mediaType: DOCKER_MANIFEST });
  const target = `./${crypto.randomUUID()}`;
  expect((await sandbox.run(["transfer", "-q", reference, target])).code).toBe(0);
  expect(stored(target).resource.access).toMatchObject({ localReference: pushed.image, mediaType: OCI_IMAGE_MANIFEST });
  expect((await sandbox.run(["diff", reference, `${target}//acme.org/app:1.0.0`])).code).toBe(0);
});

test("one that comes along by transfer has the same access", async () => {
  const { reference } = await add("image", [], "access: {type: ociArtifact, imageReference: ");
  const folder = `./${crypto.randomUUID()}`;
  expect((await sandbox.run(["transfer", "-q", "--copy-resources", reference, folder])).code).toBe(0);
  expect(stored(folder).resource.access).toMatchObject({ type: "localBlob", localReference: pushed.image, mediaType: OCI_IMAGE_MANIFEST });
});

test("add and sign warn of what images do not survive, and not of images in archives", async () => {
  const key = sandbox.write("key.pem", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const sign = (reference: string) => sandbox.run(["sign", reference, "--name", "acme", "--key", key]);
  const native = await add("image");
  const warning = "resource image: stored as an image: the older OCM command line cannot sign";
  expect(native.stderr).toContain(warning);
  expect((await sign(native.reference)).stderr).toContain(warning);
  expect((await add("image", ["--oci-digest", "generic"])).stderr).toContain("neither signs nor verifies");
  const archived = await add("image", ["--images", "archive"]);
  expect(archived.stderr).not.toContain("warning");
  expect(await sign(archived.reference)).toMatchObject({ code: 0, stderr: expect.not.stringContaining("warning") });
  const { resource, artifacts } = stored(archived.folder);
  expect(artifacts).toEqual([]);
  expect(resource).toMatchObject({ access: { mediaType: "application/x-tar" }, digest: { normalisationAlgorithm: "genericBlobDigest/v1" } });
  const file = sandbox.file(`${crypto.randomUUID()}.tar`);
  expect((await sandbox.run(["download", "-q", archived.reference, "image", "-O", file])).code).toBe(0);
  const index = (await filesOf(file)).get("index.json");
  expect(JSON.parse(Buffer.from(index ?? "").toString())).toMatchObject({ manifests: [{ digest: pushed.image }] });
});
