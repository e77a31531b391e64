import { describe, expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { configBlob, emptyBlob, imageOf, type ManifestContent, referrerOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { expectFailure, useClient } from "./client-tests.ts";

const { client, server } = useRegistry();
const opm = useClient();

const host = () => `127.0.0.1:${server().port}`;

/** A repository with an image under v1. */
async function pushImage() {
  const repository = freshRepository("tags");
  const config = configBlob();
  const image = imageOf(config, []);
  await pushBlobs(client, repository, [config, emptyBlob()]);
  await pushManifest(client, repository, image, "v1");
  return { repository, name: `${host()}/${repository}`, image };
}

async function tagsOf(repository: string): Promise<unknown> {
  return ((await client.get(`/v2/${repository}/tags/list`)).json() as { tags: unknown }).tags;
}

describe("tag", () => {
  test("gives more tags, and moves them", async () => {
    const { repository, name, image } = await pushImage();
    expect(await opm.succeed("tag", `${name}:v1`, "latest", "v1.0", "latest")).toBe(`${name}:latest@${image.digest}\n${name}:v1.0@${image.digest}\n`);
    expect(await tagsOf(repository)).toEqual(["latest", "v1", "v1.0"]);
    expect(await opm.json("tag", `${name}@${image.digest}`, "stable")).toEqual({ repository: name, digest: image.digest, tags: ["stable"] });
  });

  test("says what is wrong", async () => {
    const { name } = await pushImage();
    expectFailure(await opm.run(["tag", name, "v2"]), 2, /^opm: .* names neither a tag nor a digest: write e\.g\. /);
    expectFailure(await opm.run(["tag", `${name}:v1`, "a/b"]), 2, /^opm: invalid tag 'a\/b'/);
    expectFailure(await opm.run(["tag", `${name}:nothing`, "v2"]), 5, /^opm: cannot read .*:nothing/);
  });
});

describe("untag", () => {
  test("removes tags and keeps the manifest", async () => {
    const { repository, name, image } = await pushImage();
    await opm.succeed("tag", `${name}:v1`, "a", "b");
    expect(await opm.succeed("untag", `${name}:a`, "v1")).toBe(`untagged ${name}:a\nuntagged ${name}:v1\n`);
    expect(await opm.json("untag", `${name}:b`)).toEqual({ repository: name, tags: ["b"] });
    expect(await tagsOf(repository)).toEqual([]);
    expectStatus(await client.head(`/v2/${repository}/manifests/${image.digest}`), 200);
    expectFailure(await opm.run(["untag", `${name}@${image.digest}`]), 2, /^opm: .* is no tag/);
    expectFailure(await opm.run(["untag", `${name}:b`]), 5, /^opm: cannot delete /);
  });
});

describe("delete", () => {
  test("removes a manifest with its tags", async () => {
    const { repository, name, image } = await pushImage();
    await opm.succeed("tag", `${name}:v1`, "v2");
    expectFailure(await opm.run(["delete", `${name}:v1`, "--yes"]), 2, /^opm: .* is a tag: remove it with 'opm untag', or give --manifest/);
    expectFailure(await opm.run(["delete", `${name}@${image.digest}`]), 2, /^opm: Delete .*\? There is no terminal to ask on: give --yes$/m);
    expect(await opm.succeed("delete", `${name}@${image.digest}`, "--yes")).toBe(`deleted ${name}@${image.digest}\n`);
    expect(await tagsOf(repository)).toEqual([]);
    expectFailure(await opm.run(["delete", `${name}@${image.digest}`, "--yes"]), 5, /^opm: /);
  });

  test("takes what a tag names when told to", async () => {
    const { repository, name, image } = await pushImage();
    expect(await opm.json("delete", `${name}:v1`, "--manifest", "--yes")).toEqual({ repository: name, digest: image.digest });
    expectStatus(await client.head(`/v2/${repository}/manifests/${image.digest}`), 404);
  });
});

describe("referrers", () => {
  const SBOM = "application/spdx+json";
  const SIGNATURE = "application/vnd.example.signature";

  /** An image with an SBOM that is signed. */
  async function pushSigned() {
    const pushed = await pushImage();
    const sbom = referrerOf(pushed.image, SBOM);
    const signature = referrerOf(sbom, SIGNATURE, { annotations: { by: "\u001b[31mann" } });
    for (const each of [sbom, signature]) await pushManifest(client, pushed.repository, each, each.digest);
    return { ...pushed, sbom, signature };
  }

  const node = (manifest: ManifestContent, artifactType: string, referrers: unknown[], annotations = {}) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    artifactType,
    tag: null,
    annotations,
    referrers,
  });

  test("show as a tree", async () => {
    const { name, image, sbom, signature } = await pushSigned();
    expect(await opm.succeed("referrers", `${name}:v1`)).toBe(
      [`${name}@${image.digest}`, `└── ${SBOM}`, `    ${sbom.digest}`, `    └── ${SIGNATURE}`, `        ${signature.digest}`, ""].join("\n"),
    );
    expect(await opm.json("referrers", `${name}@${image.digest}`)).toEqual({
      repository: name,
      digest: image.digest,
      source: "api",
      complete: true,
      referrers: [node(sbom, SBOM, [node(signature, SIGNATURE, [], { by: "\u001b[31mann" })])],
    });
  });

  test("can be chosen by type, with what leads to them", async () => {
    const { name, sbom, signature } = await pushSigned();
    expect(await opm.json("referrers", `${name}:v1`, "--type", SBOM)).toMatchObject({ referrers: [{ digest: sbom.digest, referrers: [] }] });
    expect(await opm.json("referrers", `${name}:v1`, "--type", SIGNATURE)).toMatchObject({
      referrers: [{ digest: sbom.digest, referrers: [{ digest: signature.digest }] }],
    });
    expect(await opm.json("referrers", `${name}:v1`, "--type", "application/x")).toMatchObject({ referrers: [] });
  });
});
