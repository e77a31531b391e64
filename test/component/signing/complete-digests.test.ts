import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import type { ComponentDescriptor, Json, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { isJsonObject } from "../../../src/components/descriptor/json-tree.ts";
import { replaceDescriptor } from "../../../src/components/repository/replace-descriptor.ts";
import { signDescriptor, withSignature } from "../../../src/components/signing/sign-descriptor.ts";
import { type SignedVersion, type SignVersionOptions, signVersion } from "../../../src/components/signing/sign-version.ts";
import { list, readIndependently } from "../support/independent-reader.ts";
import { APP, ECHO, FIXTURE_NAMES, type Named, type Tampered, useTampering } from "../verification/use-tampering.ts";

const { copyOf } = useTampering();
const client = createRegistryClient({ env: {} });
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

async function sign(archive: Tampered, named: Named = APP, options: Partial<SignVersionOptions> = {}): Promise<SignedVersion> {
  return await archive.work("write", async (repository) =>
    signVersion(repository, await repository.get(...named), { client, name: "mine", key: privateKey, ...options }),
  );
}

const problem = (archive: Tampered, named: Named = APP, options: Partial<SignVersionOptions> = {}) => sign(archive, named, options).catch((error) => error);

/** Without digests of elements, and without signatures. */
function undigested({ signatures: _, component, ...rest }: ComponentDescriptor): ComponentDescriptor {
  const strip = <T extends JsonObject>(element: T): T => ({ ...element, digest: undefined });
  const { resources, componentReferences } = component;
  return { ...rest, component: { ...component, resources: resources.map(strip), componentReferences: componentReferences.map(strip) } };
}

function withFirst(list: "resources" | "componentReferences", change: JsonObject) {
  return ({ component, ...rest }: ComponentDescriptor): ComponentDescriptor => {
    const [first, ...others] = component[list];
    return { ...rest, component: { ...component, [list]: [{ ...first, ...change }, ...others] } } as ComponentDescriptor;
  };
}

/** But for the artifact set that is a plain layer, of which one of the tools that made the fixtures digests the bytes, the other the manifest. */
const digestsOf = ({ component }: ComponentDescriptor): readonly (Json | undefined)[] =>
  component.resources.filter(({ name }) => name !== "image-set").map(({ digest }) => (isJsonObject(digest) ? digest.value : undefined));

describe.each(FIXTURE_NAMES)("%s without digests", (fixture) => {
  async function stripped(): Promise<Tampered> {
    const archive = copyOf(fixture);
    for (const named of [ECHO, APP]) await archive.edit(named, undigested);
    return archive;
  }

  test("gets those that it had, below first, and can be verified", async () => {
    const whole = copyOf(fixture);
    const archive = await stripped();
    const { components } = await sign(archive);
    expect(components.map(({ name, state }) => [name, state])).toEqual([
      [ECHO[0], "digested"],
      [APP[0], "signed"],
    ]);
    expect(components.every(({ added }) => added > 0)).toBe(true);
    for (const named of [ECHO, APP]) expect(digestsOf((await archive.get(named)).descriptor)).toEqual(digestsOf((await whole.get(named)).descriptor));
    expect(await archive.verify(APP, { key: publicKey })).toMatchObject({ signatures: ["mine"], findings: [] });
  });

  test("stays as it was in a dry run", async () => {
    const archive = await stripped();
    const before = (await archive.get(APP)).digest;
    expect((await sign(archive, APP, { dryRun: true })).components.at(-1)).toMatchObject({ state: "signed" });
    expect((await archive.get(APP)).digest).toBe(before);
  });

  test("is not completed where that breaks what somebody signed", async () => {
    const archive = await stripped();
    // somebody signs what lacks digests
    await archive.edit(ECHO, (descriptor) => withSignature(descriptor, signDescriptor(descriptor, { name: "theirs", key: privateKey }).signature));
    const before = (await archive.get(APP)).digest;
    expect(await problem(archive)).toMatchObject({ kind: "refused", message: expect.stringContaining("its signature theirs would not be good any more") });
    expect((await archive.get(APP)).digest).toBe(before);
  });
});

describe("what is not whole is not signed", () => {
  test.each<[string, (descriptor: ComponentDescriptor) => ComponentDescriptor, string, RegExp]>([
    ["a reference to nothing", withFirst("componentReferences", { version: "7.0.0" }), "refused", /reference echo: acme.org\/demo\/echo:7.0.0 is not in/],
    [
      "a wrong digest of a reference",
      withFirst("componentReferences", { digest: spec("jsonNormalisation/v3") }),
      "finding",
      /reference echo: .* is not what its digest says/,
    ],
    [
      "a wrong digest of a resource",
      withFirst("resources", { digest: spec("genericBlobDigest/v1") }),
      "finding",
      /resource cfg: its content is not what its digest says/,
    ],
    [
      "content that cannot be read",
      withFirst("resources", { digest: null, access: { type: "wget" } }),
      "refused",
      /resource cfg: content of access type 'wget' cannot be read/,
    ],
    ["a digest of nothing", withFirst("resources", { access: { type: "none" } }), "finding", /resource cfg has a digest, but no content/],
    ["a local blob that is not there", withFirst("resources", { access: blob("0") }), "finding", /resource cfg: .*has no local blob/],
  ])("%s", async (_, change, kind, message) => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(APP, (descriptor) => ({ ...change(descriptor), signatures: [] }));
    const before = (await archive.get(APP)).digest;
    expect(await problem(archive)).toMatchObject({ kind, message: expect.stringMatching(message) });
    expect((await archive.get(APP)).digest).toBe(before);
  });

  test("a component version that refers to itself", async () => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(APP, withFirst("componentReferences", { componentName: APP[0], version: APP[1], digest: null }));
    expect(await problem(archive)).toMatchObject({ kind: "invalid", message: expect.stringContaining("in a circle") });
  });
});

describe("the descriptor is written in its own format", () => {
  test.each(FIXTURE_NAMES)("%s: with fields that nobody knows", async (fixture) => {
    const archive = copyOf(fixture);
    await archive.edit(APP, (descriptor) => ({
      ...withFirst("resources", { note: { deep: [1.5, null, "é"] } })(descriptor),
      signatures: (descriptor.signatures ?? []).map((signature) => ({ ...signature, timestamp: { time: "2026-01-01T00:00:00Z" } })),
      nestedDigests: [{ name: "acme.org/demo/echo", version: "1.0.0" }],
      extra: { on: true },
    }));
    const before = await readIndependently(archive.path, ...APP);
    const { warnings } = await sign(archive);
    expect(warnings).toEqual([expect.stringContaining("component.resources[0].note is not of the schema")]);
    const after = await readIndependently(archive.path, ...APP);
    expect(after.descriptorMediaType).toBe(before.descriptorMediaType);
    const { signatures, ...rest } = after.descriptor;
    const { signatures: former, ...same } = before.descriptor;
    expect(rest).toEqual(same);
    expect(list(signatures).slice(0, -1)).toEqual([...list(former)]);
  });

  test("manifests keep what else they say", async () => {
    const archive = copyOf("newer-cli-signed");
    const before = await manifestsOf(archive);
    await sign(archive, ECHO);
    const after = await manifestsOf(archive);
    expect(after.root.annotations).toEqual(before.root.annotations);
    expect(after.root.manifests.slice(1)).toEqual(before.root.manifests.slice(1));
    expect(after.root.manifests[0].annotations).toEqual(before.root.manifests[0].annotations);
    expect(after.main).toMatchObject({ artifactType: before.main.artifactType, annotations: before.main.annotations });
    expect(after.main.layers.slice(1)).toEqual(before.main.layers.slice(1));
  });

  test("not over what someone else wrote meanwhile", async () => {
    const archive = copyOf("newer-cli-signed");
    const error = await archive.work("write", async (repository) => {
      const stored = await repository.get(...ECHO);
      await replaceDescriptor(stored, { ...stored.descriptor, signatures: [] });
      return await replaceDescriptor(stored, stored.descriptor).catch((cause) => cause);
    });
    expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("changed by someone else") });
  });
});

async function manifestsOf(archive: Tampered) {
  const root = JSON.parse(await Bun.file(archive.blob((await archive.get(ECHO)).digest)).text());
  return { root, main: JSON.parse(await Bun.file(archive.blob(root.manifests[0].digest)).text()) };
}

function spec(normalisationAlgorithm: string) {
  return { hashAlgorithm: "SHA-256", normalisationAlgorithm, value: "0".repeat(64) };
}

function blob(digit: string) {
  return { type: "localBlob", localReference: `sha256:${digit.repeat(64)}`, mediaType: "text/plain" };
}
