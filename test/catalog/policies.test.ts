import { describe, expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { blobOf, configBlob, emptyBlob, imageOf, indexOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { expectRefused, newArtifact, newImage, pushImage, putProject, send, tagsOf } from "./packages.ts";

const { client } = useRegistry();

let count = 0;

/** A repository in a project of its own under these policies. */
async function repositoryWith(policies: Readonly<Record<string, string>>): Promise<string> {
  const path = `policies/p${++count}`;
  await putProject(client, path, { policies });
  return `${path}/app`;
}

const CHART = "application/vnd.cncf.helm.config.v1+json";

describe("type policy", () => {
  test("off: anything goes, without a word", async () => {
    const repository = await repositoryWith({ types: "off" });
    await pushImage(client, repository, "v1");
    const answer = await pushManifest(client, repository, await newArtifact(client, repository, CHART), "chart");
    expect(answer.headers.get("Warning")).toBeNull();
  });

  test("warn: another type is stored, and the answer says so", async () => {
    const repository = await repositoryWith({ types: "warn" });
    await pushImage(client, repository, "v1");
    const answer = await pushManifest(client, repository, await newArtifact(client, repository, CHART), "chart");
    expect(answer.headers.get("Warning")).toMatch(/^299 - ".*chart.*vnd\.cncf\.helm\.config.*"$/);
    expect(await tagsOf(client, repository)).toEqual(["chart", "v1"]);
  });

  test("enforce: another type is refused, and nothing of it is visible", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    await pushImage(client, repository, "v1");
    const chart = await newArtifact(client, repository, CHART);
    expect(expectRefused(await client.putManifest(repository, "chart", chart), "types")).toContain(CHART);
    expect(await tagsOf(client, repository)).toEqual(["v1"]);
    expectStatus(await client.head(`/v2/${repository}/manifests/${chart.digest}`), 404);
    expect((await client.get(`/v2/${repository}/_opm/tags/history?tag=chart`)).json()).toMatchObject({ events: [] });
  });

  test("enforce: of several tags in one request none is set", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    await pushImage(client, repository, "v1");
    const chart = await newArtifact(client, repository, CHART);
    expectRefused(await client.putManifest(repository, chart.digest, chart, ["a", "b"]), "types");
    expect(await tagsOf(client, repository)).toEqual(["v1"]);
  });

  test("enforce: what is no image may not carry the type of images", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    const [config, layer] = [configBlob(), blobOf("text", { mediaType: "text/plain" })];
    await pushBlobs(client, repository, [config, layer]);
    const fake = imageOf(config, [layer]);
    expectRefused(await client.putManifest(repository, "v1", fake), "types");
    expectStatus(await client.head(`/v2/${repository}/manifests/${fake.digest}`), 404);
  });

  test("enforce: referrers, attachments and what an index lists are free", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    const image = await pushImage(client, repository, "v1");
    await pushBlobs(client, repository, [emptyBlob()]);
    const sbom = referrerOf(image, "application/spdx+json");
    await pushManifest(client, repository, sbom);
    await pushManifest(client, repository, sbom, "v1-sbom");
    const attachment = await newArtifact(client, repository, "application/vnd.example.signature.v1");
    await pushManifest(client, repository, attachment, `${image.digest.replace(":", "-")}.sig`);
    const child = await newArtifact(client, repository, "application/vnd.example.other.v1");
    await pushManifest(client, repository, child);
    expect(await tagsOf(client, repository)).toContain("v1-sbom");
  });

  test("an index has the type of its children", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    await pushImage(client, repository, "v1");
    const [one, other] = [await newImage(client, repository), await newImage(client, repository)];
    for (const child of [one, other]) await pushManifest(client, repository, child);
    await pushManifest(client, repository, indexOf([one, other]), "v2");
    const chart = await newArtifact(client, repository, CHART);
    await pushManifest(client, repository, chart);
    expectRefused(await client.putManifest(repository, "v3", indexOf([chart], { artifactType: CHART })), "types");
  });

  test("enforce: an index cannot smuggle in what is of another type", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    const image = await pushImage(client, repository, "v1");
    const chart = await newArtifact(client, repository, CHART);
    await pushManifest(client, repository, chart);
    const mixed = indexOf([image, chart]);
    const disguised = indexOf([chart], { artifactType: configBlob().mediaType });
    for (const index of [mixed, disguised]) {
      expect(expectRefused(await client.putManifest(repository, "v2", index), "types")).toContain(CHART);
      await pushManifest(client, repository, index);
      expectRefused(await send(client, "PUT", `/v2/${repository}/_opm/tags/tag`, { tag: "v2", to: index.digest }), "types");
    }
    const sparse = indexOf([await newImage(client, repository)]);
    expect(expectRefused(await client.putManifest(repository, "v2", sparse), "types")).toContain("no known type");
    const nested = indexOf([mixed]);
    await pushManifest(client, repository, nested);
    expectRefused(await client.putManifest(repository, "v2", nested), "types");
    expect(await tagsOf(client, repository)).toEqual(["v1"]);
  });

  test("warn: nothing is said of an index whose contents are not here", async () => {
    const repository = await repositoryWith({ types: "warn" });
    await pushImage(client, repository, "v1");
    const answer = await client.putManifest(repository, "v2", indexOf([await newImage(client, repository)]));
    expect(answer.headers.get("Warning")).toBeNull();
  });

  test("enforce: an artifactType does not make an image of what is none", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    const fake = await newArtifact(client, repository, configBlob().mediaType);
    expect(expectRefused(await client.putManifest(repository, "v1", fake), "types")).toContain("reserved");
  });

  test("a declared content type is a media type", async () => {
    const repository = await repositoryWith({});
    for (const contentType of ["", "chart", "a/b c", "a/b; c=d"])
      expectStatus(await send(client, "PUT", `/api/v1/repositories/${repository}`, { contentType }), 400);
  });

  test("a declared content type holds from the first tag on", async () => {
    const repository = await repositoryWith({ types: "enforce" });
    expectStatus(await send(client, "PUT", `/api/v1/repositories/${repository}`, { contentType: CHART }), 200);
    expectRefused(await client.putManifest(repository, "v1", await newImage(client, repository)), "types");
    await pushManifest(client, repository, await newArtifact(client, repository, CHART), "v1");
  });
});

describe("version policy", () => {
  test.each([
    ["off", null],
    ["warn", /^299 - ".*1\.0\.0.*"$/],
  ] as const)("%s: a version may move", async (level, warning) => {
    const repository = await repositoryWith({ versions: level });
    await pushImage(client, repository, "1.0.0");
    const answer = await pushManifest(client, repository, await newImage(client, repository), "1.0.0");
    if (warning === null) expect(answer.headers.get("Warning")).toBeNull();
    else expect(answer.headers.get("Warning")).toMatch(warning);
  });

  test("enforce: a version does not move, a floating tag does", async () => {
    const repository = await repositoryWith({ versions: "enforce" });
    const first = await pushImage(client, repository, "1.0.0", "latest");
    const second = await newImage(client, repository);
    expectRefused(await client.putManifest(repository, "1.0.0", second), "versions");
    expectStatus(await client.head(`/v2/${repository}/manifests/${second.digest}`), 404);
    await pushManifest(client, repository, second, "latest");
    expect((await client.head(`/v2/${repository}/manifests/1.0.0`)).headers.get("Docker-Content-Digest")).toBe(first.digest);
    // The same content once more is no change.
    await pushManifest(client, repository, first, "1.0.0");
    const { tags } = (await client.get(`/v2/${repository}/_opm/tags/list`)).json() as { tags: { tag: string; overwrite: string }[] };
    expect(tags.map(({ tag, overwrite }) => `${tag} ${overwrite}`)).toEqual(["1.0.0 refused", "latest allowed"]);
  });

  test("enforce: of many who push a version at once, one wins", async () => {
    const repository = await repositoryWith({ versions: "enforce" });
    const images = await Promise.all(Array.from({ length: 8 }, () => newImage(client, repository)));
    const answers = await Promise.all(images.map((image) => client.putManifest(repository, "2.0.0", image)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403, 403, 403, 403]);
    const winner = images[answers.findIndex(({ status }) => status === 201)];
    expect((await client.head(`/v2/${repository}/manifests/2.0.0`)).headers.get("Docker-Content-Digest")).toBe(winner?.digest ?? "");
    for (const loser of images.filter((image) => image !== winner)) expectStatus(await client.head(`/v2/${repository}/manifests/${loser.digest}`), 404);
  });

  test("enforce: a version can be deleted and pushed anew, and tagging obeys as well", async () => {
    const repository = await repositoryWith({ versions: "enforce" });
    await pushImage(client, repository, "1.0.0");
    const other = await pushImage(client, repository);
    expectRefused(await send(client, "PUT", `/v2/${repository}/_opm/tags/tag`, { tag: "1.0.0", to: other.digest }), "versions");
    expectStatus(await client.delete(`/v2/${repository}/manifests/1.0.0`), 202);
    expectStatus(await send(client, "PUT", `/v2/${repository}/_opm/tags/tag`, { tag: "1.0.0", to: other.digest }), 200);
  });
});

test("many findings are a few headers", async () => {
  const repository = await repositoryWith({ versions: "warn" });
  const tags = Array.from({ length: 9 }, (_, index) => `1.0.${index}`);
  const [first, second] = [await newImage(client, repository), await newImage(client, repository)];
  expectStatus(await client.putManifest(repository, first.digest, first, tags), 201);
  const answer = await client.putManifest(repository, second.digest, second, tags);
  expectStatus(answer, 201);
  expect(answer.headers.get("Warning")?.match(/299 - "/g)).toHaveLength(5);
});

test("a broken config is recorded, and the push accepted", async () => {
  const repository = await repositoryWith({});
  const [config, layer] = [blobOf("no JSON", { mediaType: configBlob().mediaType }), randomBlob()];
  await pushBlobs(client, repository, [config, layer]);
  await pushManifest(client, repository, imageOf(config, [layer]), "v1");
  const info = (await client.get(`/v2/${repository}/_opm/manifest/info?reference=v1`)).json() as { problem: string | null };
  expect(info.problem).toContain("JSON");
});
