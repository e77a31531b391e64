import { expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { emptyBlob, referrerOf } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { call, expectRefused, newArtifact, newImage, pushImage, pushIndex, putProject, send } from "./packages.ts";

const { client } = useRegistry();

const digestOf = async (repository: string, tag: string): Promise<string | null> => {
  return (await client.head(`/v2/${repository}/manifests/${tag}`)).headers.get("Docker-Content-Digest");
};

const restore = (repository: string, body: unknown) => send(client, "POST", `/v2/${repository}/_opm/tags/restore`, body);

test("a moved tag goes back, and back again", async () => {
  const repository = freshRepository();
  const [first, second] = [await pushImage(client, repository, "latest"), await pushImage(client, repository, "latest")];
  expect((await restore(repository, { tag: "latest" })).json()).toEqual({ name: repository, tag: "latest", digest: first.digest, changed: true });
  expect(await digestOf(repository, "latest")).toBe(first.digest);
  expectStatus(await restore(repository, { tag: "latest" }), 200);
  expect(await digestOf(repository, "latest")).toBe(second.digest);
  const { events } = await call<{ events: { op: string }[] }>(client, "GET", `/v2/${repository}/_opm/tags/history?tag=latest`);
  expect(events.map(({ op }) => op)).toEqual(["restore", "restore", "move", "create"]);
});

test("a deleted tag and a deleted manifest come back", async () => {
  const repository = freshRepository();
  const image = await pushImage(client, repository, "1.0.0", "latest");
  expectStatus(await client.delete(`/v2/${repository}/manifests/latest`), 202);
  expectStatus(await restore(repository, { tag: "latest" }), 200);
  expectStatus(await client.delete(`/v2/${repository}/manifests/${image.digest}`), 202);
  expectStatus(await restore(repository, { tag: "1.0.0" }), 200);
  expect(await digestOf(repository, "1.0.0")).toBe(image.digest);
  expect(await digestOf(repository, "latest")).toBeNull();
  expect((await client.get(`/v2/${repository}/manifests/1.0.0`)).body).toEqual(image.bytes);
});

test("a deleted repository comes back with the tag", async () => {
  const repository = freshRepository("restore/p");
  const image = await pushImage(client, repository, "1.0.0");
  await call(client, "DELETE", `/api/v1/repositories/${repository}`);
  expectStatus(await client.get(`/v2/${repository}/tags/list`), 404);
  const { events } = await call<{ events: { op: string; present: boolean }[] }>(client, "GET", `/v2/${repository}/_opm/tags/history`);
  expect(events.map(({ op, present }) => [op, present])).toEqual([
    ["delete", true],
    ["create", true],
  ]);
  expectStatus(await client.get(`/v2/${repository}/_opm/graph/manifest?reference=${image.digest}`), 404);
  expectStatus(await restore(repository, { tag: "1.0.0" }), 200);
  expect(await digestOf(repository, "1.0.0")).toBe(image.digest);
});

test("what referred to it comes back with it, unless it was deleted before", async () => {
  const repository = freshRepository("restore/signed");
  const image = await pushImage(client, repository, "1.0.0");
  const [sbom, old] = [referrerOf(image, "application/spdx+json"), referrerOf(image, "application/vnd.example.old")];
  await pushBlobs(client, repository, [emptyBlob()]);
  for (const referrer of [sbom, old, referrerOf(sbom, "application/vnd.example.signature")]) await pushManifest(client, repository, referrer);
  expectStatus(await client.delete(`/v2/${repository}/manifests/${old.digest}`), 202);
  await call(client, "DELETE", `/api/v1/repositories/${repository}`);
  expectStatus(await restore(repository, { tag: "1.0.0" }), 200);
  const referrersOf = async (digest: string) =>
    ((await client.get(`/v2/${repository}/referrers/${digest}`)).json() as { manifests: { artifactType: string }[] }).manifests.map((row) => row.artifactType);
  expect(await referrersOf(image.digest)).toEqual(["application/spdx+json"]);
  expect(await referrersOf(sbom.digest)).toEqual(["application/vnd.example.signature"]);
  expect(await call(client, "GET", `/v2/${repository}/_opm/repo/info`)).toMatchObject({ counts: { manifests: 3 } });
});

test("by digest, and what is so already is no change", async () => {
  const repository = freshRepository();
  const image = await pushImage(client, repository, "a");
  expect((await restore(repository, { tag: "b", digest: image.digest })).json()).toMatchObject({ changed: true });
  expect((await restore(repository, { tag: "b", digest: image.digest })).json()).toMatchObject({ changed: false });
});

test("what cannot be restored says why", async () => {
  const repository = freshRepository();
  await pushImage(client, repository, "a");
  expectError(await restore(repository, { tag: "a" }), 404, "MANIFEST_UNKNOWN");
  expectError(await restore(repository, { tag: "never" }), 404, "MANIFEST_UNKNOWN");
  expectError(await restore(repository, { tag: "a", digest: `sha256:${"0".repeat(64)}` }), 404, "MANIFEST_UNKNOWN");
  expectError(await restore("test/nowhere", { tag: "a" }), 404, "NAME_UNKNOWN");
  expectError(await restore(repository, { tag: "a/b" }), 400);
});

test("the version policy holds for restoring, and lets a deleted version come back", async () => {
  await putProject(client, "restore/strict", { policies: { versions: "enforce" } });
  const repository = freshRepository("restore/strict");
  const [first, second] = [await pushImage(client, repository, "1.0.0"), await newImage(client, repository)];
  await pushManifest(client, repository, second);
  expectRefused(await restore(repository, { tag: "1.0.0", digest: second.digest }), "versions");
  expectStatus(await client.delete(`/v2/${repository}/manifests/1.0.0`), 202);
  expectStatus(await restore(repository, { tag: "1.0.0" }), 200);
  expect(await digestOf(repository, "1.0.0")).toBe(first.digest);
});

test("the type policy holds for restoring as well", async () => {
  await putProject(client, "restore/typed", { policies: { types: "enforce" } });
  const repository = freshRepository("restore/typed");
  await pushImage(client, repository, "1.0.0");
  const chart = await newArtifact(client, repository, "application/vnd.cncf.helm.config.v1+json");
  await pushManifest(client, repository, chart);
  expectRefused(await restore(repository, { tag: "2.0.0", digest: chart.digest }), "types");
  expect(await digestOf(repository, "2.0.0")).toBeNull();
  await putProject(client, "restore/typed", { policies: { types: "warn" } });
  expect((await restore(repository, { tag: "2.0.0", digest: chart.digest })).headers.get("Warning")).toContain("helm");
});

test("a type that is denied by now does not come back", async () => {
  const repository = freshRepository();
  const type = "application/vnd.example.restored.v1+json";
  const [thing, image] = [await newArtifact(client, repository, type), await pushImage(client, repository)];
  await pushManifest(client, repository, thing, "v1");
  const index = await pushIndex(client, repository, [thing, image], "all");
  for (const tag of ["v1", "all"]) expectStatus(await client.delete(`/v2/${repository}/manifests/${tag}`), 202);
  await call(client, "PUT", "/api/v1/types", { type, rule: "deny" });
  for (const tag of ["v1", "all"]) expectRefused(await restore(repository, { tag }), "types");
  expectRefused(await send(client, "PUT", `/v2/${repository}/_opm/tags/tag`, { tag: "all", to: index.digest }), "types");
  await call(client, "DELETE", `/api/v1/types?type=${encodeURIComponent(type)}&rule=deny`);
  expectStatus(await restore(repository, { tag: "v1" }), 200);
});
