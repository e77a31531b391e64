import { describe, expect, test } from "bun:test";
import { copyArtifact } from "../../../src/client/copy.ts";
import type { Json, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { useRegistries } from "../repository/use-registries.ts";
import { list, readIndependently, tree } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import { fileResource, fileSource, fixtureImage, type MakeOptions, makeComponent, PUBLIC_KEY, resourceAt } from "./make-component.ts";
import { type TransferHere, transferHere, useTransfer, withRepository } from "./use-transfer.ts";

const NAME = "acme.org/app";
const hostOf = useRegistries();
const { fresh, run } = useTransfer();

/** Makes two of one name, transfers the first and then the second. Gives what became of the second, and the place. */
async function twice(first: MakeOptions, second: MakeOptions, options: TransferHere = {}) {
  const [one, other, target] = [fresh(), fresh(), fresh(".tgz")];
  await makeComponent(one, NAME, first);
  await makeComponent(other, NAME, second);
  expect(await transferHere(one, target)).toEqual([`copied ${NAME}:1.0.0`]);
  return { states: await transferHere(other, target, options), target };
}

async function labelsAt(target: string): Promise<readonly JsonObject[]> {
  return list((await readIndependently(target, NAME, "1.0.0")).component.labels) as readonly JsonObject[];
}

const label = (name: string, value: Json, more: JsonObject = {}) => ({ name, value, ...more });

describe("other content", () => {
  const first = { resources: [fileResource("aa", "one")] };
  const second = { resources: [fileResource("aa", "two")] };

  test("is refused, and the target stays as it is", async () => {
    const { states, target } = await twice(first, second);
    expect(states).toEqual([expect.stringMatching(/^refused: .+ has another acme\.org\/app:1\.0\.0: its content differs .+ --overwrite replaces it$/)]);
    expect(Buffer.from((await readIndependently(target, NAME, "1.0.0")).elements[0]?.bytes ?? []).toString()).toBe("one");
  });

  test("replaces what is there with --overwrite", async () => {
    const { states, target } = await twice(first, second, { overwrite: true });
    expect(states).toEqual([`replaced ${NAME}:1.0.0`]);
    expect(Buffer.from((await readIndependently(target, NAME, "1.0.0")).elements[0]?.bytes ?? []).toString()).toBe("two");
  });

  test("of a source, which has no digest, is refused as well", async () => {
    const { states } = await twice({ sources: [fileSource("a", "one")] }, { sources: [fileSource("a", "two")] });
    expect(states).toEqual([expect.stringMatching(/^refused: acme\.org\/app:1\.0\.0, source a: .+ has other content/)]);
  });

  test("is found before anything is sent, of all that go", async () => {
    const [origin, target] = [fresh(), fresh()];
    await makeComponent(origin, "acme.org/aaa");
    await makeComponent(origin, NAME, first);
    await makeComponent(target, NAME, second);
    expect(await transferHere(origin, target)).toEqual([expect.stringMatching(/^refused/)]);
    expect((await readIndependently(target, "acme.org/aaa", "1.0.0").catch((error) => error)) as unknown).toBeInstanceOf(Error);
  });

  test("ends the command with exit code 2 and one line", async () => {
    const [one, other] = [fresh(), fresh()];
    await makeComponent(one, NAME, first);
    await makeComponent(other, NAME, second);
    const { code, stdout, stderr } = await run([`${one}//${NAME}:1.0.0`, other]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^opm: .+ has another acme\.org\/app:1\.0\.0.+\n$/);
  });
});

describe("what may change", () => {
  test("signatures of both are kept, and all hold", async () => {
    const { states, target } = await twice({ signatures: ["both", "first"] }, { signatures: ["both", "second"] });
    expect(states).toEqual([`updated ${NAME}:1.0.0`]);
    const { descriptor } = await readIndependently(target, NAME, "1.0.0");
    expect(list(descriptor.signatures).map(({ name }) => name)).toEqual(["both", "second", "first"]);
    for (const name of ["both", "first", "second"]) expect(signatureHolds(descriptor, name, PUBLIC_KEY)).toBe(true);
  });

  test.each<[string, JsonObject | undefined, Json, Json, Json]>([
    ["inbound, where nothing is declared", undefined, "old", "new", "new"],
    ["default", { algorithm: "default", config: { overwrite: "local" } }, "old", "new", "old"],
    ["simpleListMerge", { algorithm: "simpleListMerge" }, [1, 2], [3, 2], [3, 2, 1]],
    ["simpleMapMerge", { algorithm: "simpleMapMerge", config: { overwrite: "local" } }, { a: 1, b: 1 }, { b: 2, c: 2 }, { b: 1, c: 2, a: 1 }],
    [
      "simpleMapMerge of lists",
      { algorithm: "simpleMapMerge", config: { entries: { algorithm: "simpleListMerge" } } },
      { a: ["x"], b: ["x"] },
      { a: ["y"] },
      { a: ["y", "x"], b: ["x"] },
    ],
    [
      "mapListMerge",
      { algorithm: "mapListMerge", config: { keyField: "id" } },
      [
        { id: "a", v: 1 },
        { id: "b", v: 1 },
      ],
      [{ id: "b", v: 2 }],
      [
        { id: "b", v: 2 },
        { id: "a", v: 1 },
      ],
    ],
  ])("labels: %s", async (_, merge, before, after, expected) => {
    const more = merge === undefined ? {} : { merge };
    const options = (value: Json) => ({
      component: { labels: [label("own", value, more)] },
      resources: [fileResource("aa", "x", { labels: [label("own", value, more)] })],
    });
    const { states, target } = await twice(options(before), options(after));
    const isChanged = JSON.stringify(expected) !== JSON.stringify(before);
    expect(states).toEqual([`${isChanged ? "updated" : "present"} ${NAME}:1.0.0`]);
    expect((await labelsAt(target))[0]?.value).toEqual(expected);
    const { elements } = await readIndependently(target, NAME, "1.0.0");
    expect(list(elements[0]?.element.labels)[0]?.value).toEqual(expected);
  });

  test("labels that only one of them has are kept", async () => {
    const { states, target } = await twice({ component: { labels: [label("old", 1)] } }, { component: { labels: [label("new", 2)] } });
    expect(states).toEqual([`updated ${NAME}:1.0.0`]);
    expect(await labelsAt(target)).toEqual([label("new", 2), label("old", 1)]);
  });

  test.each<[JsonObject, RegExp]>([
    [{ algorithm: "default", config: { overwrite: "none" } }, /label own cannot be merged .+ rules out; replace it with --overwrite$/],
    [{ algorithm: "simpleListMerge" }, /one of its values is no list/],
    [{ algorithm: "acme/own" }, /its merge algorithm 'acme\/own' is unknown/],
  ])("labels that cannot be merged are refused: %j", async (merge, message) => {
    const { states } = await twice({ component: { labels: [label("own", "a", { merge })] } }, { component: { labels: [label("own", "b", { merge })] } });
    expect(states).toEqual([expect.stringMatching(message)]);
  });

  test("--overwrite takes labels and signatures as they come", async () => {
    const { states, target } = await twice(
      { component: { labels: [label("old", 1)] }, signatures: ["first"] },
      { component: { labels: [label("new", 2)] }, signatures: ["second"] },
      { overwrite: true },
    );
    expect(states).toEqual([`updated ${NAME}:1.0.0`]);
    expect(await labelsAt(target)).toEqual([label("new", 2)]);
  });
});

describe("content that is elsewhere", () => {
  /** An image in a registry, and a component version that refers to it. */
  async function prepare() {
    const [images, origin] = [`http://${hostOf("opm serve")}/${crypto.randomUUID()}`, fresh()];
    const image = await fixtureImage();
    await withRepository(images, "write", async ({ store }) => {
      const target = store.target(store.repository("img/echo"));
      await copyArtifact({ source: image.source, reference: image.root.digest }, { target, tags: ["1.0.0" as never] });
    });
    await image.close();
    const imageReference = `${images.slice("http://".length)}/img/echo:1.0.0`;
    const digest = { hashAlgorithm: "SHA-256", normalisationAlgorithm: "ociArtifactDigest/v1", value: image.root.digest.slice("sha256:".length) };
    await makeComponent(origin, NAME, {
      resources: [resourceAt("image", { type: "ociArtifact", imageReference }, { digest }), resourceAt("none", { type: "none" })],
      sources: [resourceAt("code", { type: "gitHub", repoUrl: "github.com/acme/app", commit: "0123" })],
    });
    return { origin, image, imageReference };
  }

  test("stays there, is copied with --copy-resources, and is not lost again", async () => {
    const { origin, image, imageReference } = await prepare();
    const target = fresh();
    const access = async () => tree((await readIndependently(target, NAME, "1.0.0")).elements[0]?.element.access);
    expect(await transferHere(origin, target)).toEqual([`copied ${NAME}:1.0.0`]);
    expect(await access()).toEqual({ type: "ociArtifact", imageReference });
    const warnings: string[] = [];
    const copying = { copyResources: true, copySources: true, onWarning: (text: string) => void warnings.push(text) };
    expect(await transferHere(origin, target, copying)).toEqual([`updated ${NAME}:1.0.0`]);
    expect(warnings).toEqual([expect.stringMatching(/source code stays where it is: content of access type 'gitHub' cannot be copied/)]);
    const { digest, mediaType } = image.root;
    const referenceName = imageReference.slice(imageReference.indexOf("/") + 1);
    expect(await access()).toEqual({ type: "localBlob", localReference: digest, mediaType, referenceName });
    expect(await transferHere(origin, target, copying)).toEqual([`present ${NAME}:1.0.0`]);
    expect(await transferHere(origin, target)).toEqual([`present ${NAME}:1.0.0`]);
  });

  test("that is not what its digest says is refused", async () => {
    const [origin, { imageReference }] = [fresh(), await prepare()];
    const digest = { hashAlgorithm: "SHA-256", normalisationAlgorithm: "ociArtifactDigest/v1", value: "0".repeat(64) };
    await makeComponent(origin, NAME, { resources: [resourceAt("image", { type: "ociArtifact", imageReference }, { digest })] });
    expect(await transferHere(origin, fresh(), { copyResources: true })).toEqual([
      expect.stringMatching(/^invalid: acme\.org\/app:1\.0\.0, resource image: its content is not what its digest says: expected 0{64}, found/),
    ]);
  });
});
