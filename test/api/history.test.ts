import { expect, test } from "bun:test";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { indexRepresentation } from "../../src/server/extension/index-representation.ts";
import { indexOf, type ManifestContent } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { call, callPages, send } from "./call.ts";
import { pushTagged } from "./sample.ts";

const { client } = useRegistry();

function manifest(number: number): ManifestContent {
  return indexOf([], { annotations: { number: String(number) } });
}

/** A tag that was created, moved, deleted and created again. */
async function busyRepository(): Promise<string> {
  const name = freshRepository("history");
  await pushTagged(client, name, manifest(1), ["latest", "kept"]);
  await pushTagged(client, name, manifest(2), ["latest"]);
  expectStatus(await client.delete(`/v2/${name}/manifests/latest`), 202);
  await pushTagged(client, name, manifest(1), ["latest"]);
  return name;
}

test("what a tag pointed to, newest first, page by page", async () => {
  const name = await busyRepository();
  const pages = await callPages(client, "getHistory", { path: { name }, query: { tag: "latest", n: 1 } });
  const events = pages.flatMap((page) => page.events);
  expect(events.map(({ op, digest, previous }) => [op, digest as string | null, previous as string | null])).toEqual([
    ["create", manifest(1).digest, null],
    ["delete", null, manifest(2).digest],
    ["move", manifest(2).digest, manifest(1).digest],
    ["create", manifest(1).digest, null],
  ]);
  expect(events.every(({ actor, present }) => actor === "anonymous" && present)).toBe(true);
  const all = await call(client, "getHistory", { path: { name } });
  expect([all.tag, all.events.length]).toEqual([null, 5]);
});

test("as an image index", async () => {
  const name = await busyRepository();
  const answer = await send(client, "getHistory", { path: { name }, query: { tag: "latest" }, headers: { Accept: OCI_IMAGE_INDEX } });
  expect(answer.headers.get("Content-Type")).toBe(OCI_IMAGE_INDEX);
  const { manifests } = indexRepresentation.parse(answer.json());
  expect(manifests.map(({ digest, size, annotations }) => [digest as string, size, annotations["org.opencontainers.distribution.tag.event"]])).toEqual([
    [manifest(1).digest, manifest(1).bytes.length, "created"],
    [manifest(2).digest, manifest(2).bytes.length, "deleted"],
    [manifest(2).digest, manifest(2).bytes.length, "created"],
    [manifest(1).digest, manifest(1).bytes.length, "created"],
  ]);
});

test("a tag that never was has no history, a repository that never was is unknown", async () => {
  const name = await busyRepository();
  expect((await call(client, "getHistory", { path: { name }, query: { tag: "absent" } })).events).toEqual([]);
  expectError(await send(client, "getHistory", { path: { name: freshRepository() } }), 404, "NAME_UNKNOWN");
});

test("the audit record, newest first", async () => {
  const name = await busyRepository();
  const pages = await callPages(client, "listAudit", { query: { repository: name, n: 3 } });
  const actions = pages.flatMap(({ entries }) => entries.map(({ action }) => action));
  expect(actions).toContainValues(["tag.create", "tag.move", "tag.delete"]);
  expect(await callPages(client, "listAudit", { query: { repository: name, action: "tag.move" } })).toMatchObject([{ entries: [{ subject: "anonymous" }] }]);
});
