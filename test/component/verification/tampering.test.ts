import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import type { ComponentDescriptor, Element, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { localReference } from "../../../src/components/repository/local-reference.ts";
import { APP, ECHO, FIXTURE_NAMES, type Named, type Tampered, useTampering } from "./use-tampering.ts";

const { copyOf } = useTampering();
const IMAGE = "acme.org/demo/echo:1.0.0, resource image (architecture=amd64, os=linux)";

function flip(bytes: Buffer): Buffer {
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  return bytes;
}

/** The blob of an element of echo. */
async function blobOf(archive: Tampered, list: "resources" | "sources", name: string): Promise<string> {
  const { component } = (await archive.get(ECHO)).descriptor;
  return localReference(component[list].find((element) => element.name === name)?.access ?? { type: "" }) ?? "";
}

const withResource = (name: string, change: JsonObject) => (descriptor: ComponentDescriptor) =>
  withComponent({ resources: descriptor.component.resources.map((each) => (each.name === name ? ({ ...each, ...change } as Element) : each)) })(descriptor);

const withReference = (change: JsonObject) => (descriptor: ComponentDescriptor) =>
  withComponent({ componentReferences: descriptor.component.componentReferences.map((each) => ({ ...each, ...change })) })(descriptor);

function withComponent(change: JsonObject) {
  return (descriptor: ComponentDescriptor): ComponentDescriptor => ({ ...descriptor, component: { ...descriptor.component, ...change } });
}

describe.each(FIXTURE_NAMES)("%s", (fixture) => {
  test("is verified down to the last blob", async () => {
    const archive = copyOf(fixture);
    expect(await archive.verify(APP)).toMatchObject({ components: 2, findings: [] });
    const { signatures, contents } = await archive.verify(ECHO);
    expect(signatures.length).toBeGreaterThan(1);
    expect(contents).toBeGreaterThan(5);
  });

  async function subjects(archive: Tampered, of: Named = APP): Promise<readonly string[]> {
    const { findings, signatures } = await archive.verify(of);
    if (findings.length > 0) expect(signatures).toEqual([]);
    for (const { subject, message } of findings) expect(message).toContain(subject);
    return findings.map(({ subject }) => subject);
  }

  test.each(["hello", "tree"])("a flipped byte of the resource %s", async (name) => {
    const archive = copyOf(fixture);
    archive.writeBlob(await blobOf(archive, "resources", name), flip);
    const expected = [`acme.org/demo/echo:1.0.0, resource ${name}`];
    // both of the newer one's elements have the same text
    if (fixture === "newer-cli-signed" && name === "hello") expected.push("acme.org/demo/echo:1.0.0, source src");
    expect(await subjects(archive)).toEqual(expected);
    expect((await archive.verify(APP, { shallow: true })).findings).toEqual([]);
  });

  test("a missing blob", async () => {
    const archive = copyOf(fixture);
    archive.removeBlob(await blobOf(archive, "resources", "tree"));
    expect(await subjects(archive)).toEqual(["acme.org/demo/echo:1.0.0, resource tree"]);
  });

  test("a flipped byte of a source", async () => {
    const archive = copyOf(fixture);
    archive.writeBlob(await blobOf(archive, "sources", "src"), flip);
    expect(await subjects(archive)).toContain("acme.org/demo/echo:1.0.0, source src");
  });

  test("an edited field, an edited label, an edited provider", async () => {
    for (const change of [
      withResource("cfg", { version: "9.9.9" }),
      withComponent({ provider: "evil.org" }),
      withComponent({ labels: [{ name: "acme.org/new", value: 1, signing: true }] }),
    ]) {
      const archive = copyOf(fixture);
      await archive.edit(APP, change);
      const { findings } = await archive.verify(APP);
      expect(new Set(findings.map(({ subject }) => subject))).toEqual(new Set(["acme.org/demo/app:2.0.0"]));
      expect(findings[0]?.message).toContain("of other content");
    }
  });

  test("an edited field below names the reference", async () => {
    const archive = copyOf(fixture);
    await archive.edit(ECHO, withResource("hello", { type: "executable" }));
    expect(await subjects(archive)).toEqual(["acme.org/demo/app:2.0.0, reference echo"]);
  });

  test("what is not signed may change", async () => {
    const archive = copyOf(fixture);
    await archive.edit(APP, withComponent({ labels: [{ name: "acme.org/note", value: "volatile" }], repositoryContexts: [{ type: "x" }] }));
    expect(await subjects(archive)).toEqual([]);
  });

  test("the digest of a resource that was edited names the resource", async () => {
    const archive = copyOf(fixture);
    await archive.edit(
      APP,
      withResource("cfg", { digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value: "0".repeat(64) } }),
    );
    expect(await subjects(archive)).toContain("acme.org/demo/app:2.0.0, resource cfg");
  });

  test("content of another resource in place of one", async () => {
    const archive = copyOf(fixture);
    const { component } = (await archive.get(ECHO)).descriptor;
    const other = component.resources.find(({ name }) => name === "inline")?.access ?? { type: "" };
    await archive.edit(ECHO, withResource("hello", { access: other }));
    expect(await subjects(archive)).toEqual(["acme.org/demo/echo:1.0.0, resource hello"]);
  });

  test("a swapped reference, and one to nothing", async () => {
    for (const [change, part] of [
      [{ digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "jsonNormalisation/v3", value: "0".repeat(64) } }, "is not what its digest says"],
      [{ version: "1.0.1" }, "acme.org/demo/echo:1.0.1 is not in"],
      [{ digest: null }, "has no digest"],
    ] as const) {
      const archive = copyOf(fixture);
      await archive.edit(APP, withReference(change));
      const { findings } = await archive.verify(APP);
      expect(findings.find(({ subject }) => subject === "acme.org/demo/app:2.0.0, reference echo")?.message).toContain(part);
    }
  });

  test("content that nobody can read, that has no digest, or has one and no content", async () => {
    for (const [change, part] of [
      [{ access: { type: "wget", url: "http://127.0.0.1:1/x" } }, "'wget' cannot be read"],
      [{ access: { type: "localBlob" } }, "no localReference"],
      [{ access: { type: "none" } }, "a digest, but no content"],
      [{ access: { type: "ociArtifact", imageReference: "!!" } }, "resource hello"],
      [{ digest: null }, "no digest"],
      [{ digest: { hashAlgorithm: "MD5", normalisationAlgorithm: "genericBlobDigest/v1", value: "00" } }, "unknown hash algorithm"],
      [{ digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "mine/v1", value: "00" } }, "unknown way of digesting"],
    ] as const) {
      const archive = copyOf(fixture);
      await archive.edit(ECHO, withResource("hello", change));
      const { findings } = await archive.verify(ECHO);
      expect(findings.find(({ subject }) => subject === "acme.org/demo/echo:1.0.0, resource hello")?.message).toContain(part);
    }
  });

  test("a wrong key says so, and reads nothing", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { findings, contents } = await copyOf(fixture).verify(APP, { key: publicKey });
    expect(findings[0]?.message).toMatch(/^acme\.org\/demo\/app:2\.0\.0: signature \w+ was not made with this key$/);
    expect(contents).toBe(0);
  });

  test("two signatures of one name are refused, and so are unknown ones", async () => {
    const archive = copyOf(fixture);
    await archive.edit(APP, (descriptor) => ({ ...descriptor, signatures: [...(descriptor.signatures ?? []), ...(descriptor.signatures ?? [])] }));
    expect(await archive.verify(APP).catch((error) => error)).toMatchObject({
      kind: "finding",
      message: expect.stringContaining("several signatures of the name"),
    });
    const unknown = copyOf(fixture);
    await unknown.edit(APP, (descriptor) => ({
      ...descriptor,
      signatures: (descriptor.signatures ?? []).map((each) => ({ ...each, signature: { ...each.signature, mediaType: "application/x-new" } })),
    }));
    const error = await unknown.verify(APP).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid", message: expect.stringContaining("'application/x-new', which cannot be verified") });
    expect(await archive.verify(APP, { signature: "nobody" }).catch((cause) => cause)).toMatchObject({ kind: "not-found" });
  });

  test("a part of the image that was changed where it is", async () => {
    const archive = copyOf(fixture);
    // the layer of the image, which the archive of the older one holds inside of a blob
    const digest = fixture === "newer-cli-signed" ? await layerOfImage(archive) : await blobOf(archive, "resources", "image");
    archive.writeBlob(digest, flip);
    expect(await subjects(archive, ECHO)).toContain(IMAGE);
  });
});

async function layerOfImage(archive: Tampered): Promise<string> {
  const manifest = JSON.parse(await Bun.file(archive.blob(await blobOf(archive, "resources", "image"))).text());
  return manifest.layers[0].digest;
}
