import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { basic, htpasswdLine } from "../access/guarded-registry.ts";
import { pushManifest } from "../conformance/pushing.ts";
import { eventually } from "../support/eventually.ts";
import { expectStatus } from "../support/expectations.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { call, newArtifact, newImage, pushImage, putProject, send } from "./packages.ts";

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}, 120_000);

const USERS = ["admin", "reader"];

/** Two servers over one database and one content store. */
async function startPair(url: string) {
  const folder = mkdtempSync(join(tmpdir(), "opm-pair-"));
  folders.push(folder);
  const htpasswd = join(folder, "accounts");
  writeFileSync(htpasswd, USERS.map((user) => htpasswdLine(user, user)).join(""));
  const access = { htpasswd, grants: [{ subjects: ["user:admin"], repositories: "**", actions: ["admin"] }] };
  const storage = { metadata: { driver: "postgres", url }, content: { driver: "filesystem", path: join(folder, "content") } };
  const pair = await Promise.all([0, 1].map(() => startTestServer({ config: { access, storage } })));
  servers.push(...pair);
  const [one, other] = pair;
  if (one === undefined || other === undefined) throw new Error("two servers were not started");
  const as = (server: TestServer, user: string) => registryClient(() => server.url, { Authorization: basic(user, user) });
  return { one, other, as, anonymous: registryClient(() => other.url) };
}

postgresSuite((database) => {
  test("what is declared at one server counts at the other within a few seconds", async () => {
    const { one, other, as, anonymous } = await startPair(await database());
    const admin = as(one, "admin");
    await pushImage(admin, "team/shop/cart", "v1");
    const tags = "/v2/team/shop/cart/tags/list";
    expectStatus(await as(other, "reader").get(tags), 404);
    const catalog = { version: 1, grants: [{ subjects: ["user:reader"], repositories: "team/**", actions: ["pull"] }] };
    await call(admin, "POST", "/api/v1/catalog", { catalog });
    expectStatus(await as(one, "reader").get(tags), 200);
    await eventually("the grant counts", async () => (await as(other, "reader").get(tags)).status === 200);

    await putProject(admin, "team/shop", { visibility: "public" });
    await eventually("the project is public", async () => (await anonymous.get(tags)).status === 200);
    await putProject(admin, "team/shop", { visibility: "private" });
    await eventually("the project is private again", async () => (await anonymous.get(tags)).status === 401);

    await call(admin, "PUT", "/api/v1/types", { type: "application/vnd.forbidden.*", rule: "deny" });
    const far = as(other, "admin");
    await eventually("the type is denied", async () => {
      const artifact = await newArtifact(far, "team/other/app", "application/vnd.forbidden.x.v1");
      return (await far.putManifest("team/other/app", "v1", artifact)).status === 403;
    });
  }, 120_000);

  test("of those who push a version through both servers at once, one wins", async () => {
    const { one, other, as } = await startPair(await database());
    const clients = [as(one, "admin"), as(other, "admin")];
    const [near, far] = clients;
    if (near === undefined || far === undefined) throw new Error("two clients");
    await putProject(near, "race/p", { policies: { versions: "enforce", types: "enforce" } });
    const repository = "race/p/app";
    const pushes = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => ({ client: index % 2 === 0 ? near : far, image: await newImage(near, repository) })),
    );
    const statuses = await Promise.all(pushes.map(async ({ client, image }) => (await client.putManifest(repository, "1.0.0", image)).status));
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 403)]);

    // Two types race for the first tag of a repository: it is of one type afterwards.
    const mixed = "race/p/mixed";
    const [image, chart] = [await newImage(near, mixed), await newArtifact(far, mixed, "application/vnd.cncf.helm.config.v1+json")];
    const first = await Promise.all([near.putManifest(mixed, "1.0.0", image), far.putManifest(mixed, "2.0.0", chart)]);
    expect(first.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    // A policy that changes holds at both from then on.
    await putProject(far, "race/p", { policies: { types: "off" } });
    for (const [client, content] of [
      [near, image],
      [far, chart],
    ] as const)
      await pushManifest(client, mixed, content, "both");
    expectStatus(await send(far, "POST", `/v2/${mixed}/_opm/tags/prune`, { keepLast: 0, classes: ["opaque"] }), 200);
  }, 120_000);
});
