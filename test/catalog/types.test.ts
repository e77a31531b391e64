import { expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { emptyBlob, indexOf, referrerOf } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { call, expectRefused, newArtifact, pushImage, send, tagsOf } from "./packages.ts";

const { client } = useRegistry({
  config: { types: { add: [{ type: "application/vnd.example.report.v1+json", title: "Report", icon: "report" }], deny: ["application/vnd.forbidden.*"] } },
});

interface Types {
  readonly types: { type: string; title: string; source: string; admitted: boolean }[];
  readonly deny: string[];
}

const find = (types: Types, name: string) => types.types.find(({ type }) => type === name);

test("types of the configuration are known", async () => {
  const types = await call<Types>(client, "GET", "/v2/_opm/types/list");
  expect(find(types, "application/vnd.example.report.v1+json")).toMatchObject({ title: "Report", source: "configuration", admitted: true });
  expect(types.deny).toEqual(["application/vnd.forbidden.*"]);
});

test("a denied type is refused wherever it comes, and nothing of it is visible", async () => {
  const repository = freshRepository();
  const image = await pushImage(client, repository, "v1");
  const forbidden = await newArtifact(client, repository, "application/vnd.forbidden.thing.v1");
  for (const reference of ["v2", forbidden.digest]) expectRefused(await client.putManifest(repository, reference, forbidden), "types");
  await pushBlobs(client, repository, [emptyBlob()]);
  expectRefused(await client.putManifest(repository, "ref", referrerOf(image, "application/vnd.forbidden.sbom")), "types");
  expectStatus(await client.head(`/v2/${repository}/manifests/${forbidden.digest}`), 404);
  expect(await tagsOf(client, repository)).toEqual(["v1"]);
});

test("a type that is denied later is refused in an index and under a new tag, too; it can still be pulled", async () => {
  const repository = freshRepository();
  const type = "application/vnd.example.later.v1";
  const child = await newArtifact(client, repository, type);
  await pushManifest(client, repository, child, "one");
  await call(client, "PUT", "/api/v1/types", { type: "application/vnd.example.later.*", rule: "deny" });
  expectRefused(await client.putManifest(repository, "all", indexOf([child])), "types");
  expectRefused(await send(client, "PUT", `/v2/${repository}/_opm/tags/tag`, { tag: "two", to: "one" }), "types");
  expectStatus(await client.get(`/v2/${repository}/manifests/one`), 200);
  await call(client, "DELETE", "/api/v1/types?type=application/vnd.example.later.*&rule=deny");
  await pushManifest(client, repository, indexOf([child]), "all");
});

test("a list of allowed types lets nothing else in", async () => {
  const repository = freshRepository();
  await call(client, "PUT", "/api/v1/types", { type: "application/vnd.oci.*", rule: "allow" });
  await pushImage(client, repository, "v1");
  expectRefused(await client.putManifest(repository, "v2", await newArtifact(client, repository, "application/vnd.example.x.v1")), "types");
  await call(client, "DELETE", "/api/v1/types?type=application/vnd.oci.*");
});

test("a new type is described, under a name that follows the rules", async () => {
  const type = "application/vnd.example.plan.v1+json";
  const types = await call<Types>(client, "PUT", "/api/v1/types", { type, title: "Plan", consume: "plan run {reference}" });
  expect(find(types, type)).toMatchObject({ title: "Plan", source: "stored" });
  for (const wrong of ["text/plain", "application/vnd.Example.x.v1", "application/vnd.example.x", "application/vnd.oci.image.thing.v1+json"]) {
    expectError(await send(client, "PUT", "/api/v1/types", { type: wrong, title: "x" }), 400, "BODY_INVALID");
  }
  expectError(await send(client, "PUT", "/api/v1/types", { type: "a b", rule: "deny" }), 400, "BODY_INVALID");
  await call(client, "DELETE", `/api/v1/types?type=${encodeURIComponent(type)}`);
  expectError(await send(client, "DELETE", `/api/v1/types?type=${encodeURIComponent(type)}`), 404, "TYPE_UNKNOWN");
  expect(find(await call<Types>(client, "GET", "/v2/_opm/types/list"), type)).toBeUndefined();
});
