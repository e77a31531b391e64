import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { blobOf, configBlob, imageOf, indexOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { answering, type OddRegistry, startOddRegistry } from "../support/odd-registry.ts";
import { expectFailure, useClient } from "./client-tests.ts";

const opm = useClient();
const SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json";
const ATTESTATION = "application/vnd.dsse.envelope.v1+json";
const SPDX = "text/spdx+json";

let source: OddRegistry;
let target: OddRegistry;
beforeAll(async () => {
  [source, target] = await Promise.all([startOddRegistry(), startOddRegistry()]);
});
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

const tagOf = ({ digest }: ManifestContent, kind: string) => `${digest.replace(":", "-")}.${kind}`;

/** Puts one beside a manifest, as cosign does. */
function sign(registry: OddRegistry, subject: ManifestContent, kind: string, type: string, ...texts: readonly string[]): ManifestContent {
  const config = configBlob();
  const layers = texts.map((text) => blobOf(text, { mediaType: type }));
  const manifest = imageOf(config, layers);
  for (const blob of [config, ...layers]) registry.put("app", blob);
  registry.put("app", manifest, tagOf(subject, kind));
  return manifest;
}

let child: ManifestContent;
let image: ManifestContent;
let sbom: ManifestContent;
let tags: string[];
beforeEach(() => {
  source.oddities = [];
  const [config, layer] = [configBlob(), randomBlob()];
  child = imageOf(config, [layer]);
  image = indexOf([child]);
  for (const blob of [config, layer]) source.put("app", blob);
  source.put("app", child);
  source.put("app", image, "1");
  sign(source, image, "sig", SIGNATURE, "one");
  sign(source, image, "att", ATTESTATION, "provenance");
  sign(source, child, "sig", SIGNATURE, "of the child");
  sbom = sign(source, child, "sbom", SPDX, "{}");
  sign(source, sbom, "sig", SIGNATURE, "of the bill");
  tags = ["1", tagOf(image, "att"), tagOf(image, "sig"), tagOf(child, "sbom"), tagOf(child, "sig"), tagOf(sbom, "sig")].sort();
});

const from = () => `${source.host}/app:1`;

describe("what cosign puts beside an image and its parts", () => {
  test("travels with copy -r, into registries, folders and archives and out of them, and stays behind without", async () => {
    const [folder, archive] = [`oci:${opm.fresh()}`, `oci-archive:${opm.fresh()}`];
    await opm.succeed("copy", "-q", from(), `${target.host}/plain:1`);
    expect(target.tagsOf("plain")).toEqual(["1"]);
    await opm.succeed("copy", "-q", "-r", from(), `${folder}:1`);
    await opm.succeed("copy", "-q", "-r", `${folder}:1`, `${archive}:1`);
    await opm.succeed("copy", "-q", "-r", `${archive}:1`, `${target.host}/full:1`);
    expect(target.tagsOf("full")).toEqual(tags);
    for (const tag of tags) expect(target.at("full", tag)).toEqual(source.at("app", tag));
    const again = await opm.json("copy", "-r", from(), `${target.host}/full:1`);
    expect(again.transfer).toMatchObject({ transferredBytes: 0 });
  }, 60_000);

  test("is listed by referrers, each with its type and its tag, and what belongs to it", async () => {
    expect((await opm.json("referrers", from())).referrers).toMatchObject([
      { artifactType: SIGNATURE, tag: tagOf(image, "sig"), referrers: [] },
      { artifactType: ATTESTATION, tag: tagOf(image, "att"), referrers: [] },
    ]);
    const ofChild = `${source.host}/app@${child.digest}`;
    expect((await opm.json("referrers", ofChild)).referrers).toMatchObject([
      { artifactType: SIGNATURE },
      { artifactType: SPDX, digest: sbom.digest, referrers: [{ artifactType: SIGNATURE, tag: tagOf(sbom, "sig") }] },
    ]);
    expect((await opm.json("referrers", "-t", SPDX, ofChild)).referrers).toHaveLength(1);
    expect((await opm.run(["referrers", from()])).stdout).toContain("(.sig tag)");
  });

  test("is not lost where others signed the copy", async () => {
    await opm.succeed("copy", "-q", "-r", from(), `${target.host}/app:1`);
    sign(target, image, "sig", SIGNATURE, "one", "theirs");
    sign(target, image, "att", ATTESTATION, "scan");
    await opm.succeed("copy", "-q", "-r", from(), `${target.host}/app:1`);
    const digests = (kind: string) => (target.at("app", tagOf(image, kind)).layers as { digest: string }[]).map(({ digest }) => digest);
    expect(digests("sig")).toEqual(["one", "theirs"].map((text) => blobOf(text).digest));
    expect(digests("att")).toEqual(["scan", "provenance"].map((text) => blobOf(text).digest));
  }, 60_000);

  test.each([
    [503, 3],
    [403, 4],
  ])(
    "and a registry that does not tell (%d) makes nothing complete",
    async (status, code) => {
      source.oddities = [answering("GET HEAD", /\.sig$/, status, { "Retry-After": "0" })];
      for (const args of [
        ["copy", "-r", from(), `oci:${opm.fresh()}:1`],
        ["referrers", from()],
      ]) {
        expectFailure(await opm.run([...args, "-q"]), code, /\.sig/);
      }
    },
    60_000,
  );
});

test("a tag that is read as the digest is no signature", async () => {
  source.put("app", image, tagOf(image, "sig"));
  const { referrers } = await opm.json("referrers", from());
  expect(referrers).toMatchObject([{ artifactType: ATTESTATION }]);
});
