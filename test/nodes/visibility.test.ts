import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { locationOf } from "../conformance/pushing.ts";
import { type ManifestContent, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type Nodes, startNodes } from "../support/nodes.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { freshRepository } from "../support/use-registry.ts";
import { addUser, basic } from "./accounts.ts";
import { newImage, pushImage } from "./pushing.ts";

setDefaultTimeout(120_000);

const TEN_MINUTES = 600_000;
const ROOT = basic("root", "root's password");
const GRANTS = [{ subjects: ["user:root"], repositories: "**", actions: ["admin", "pull", "push", "delete"] }];

const json = (value: unknown) => ({ headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/** Pushes an image with one layer, all through one client. */
async function push(client: RegistryClient, repository: string, tag: string): Promise<ManifestContent> {
  const image = newImage();
  await pushImage(client, repository, tag, image);
  return image.manifest;
}

postgresSuite((database) => {
  let nodes: Nodes;
  beforeAll(async () => {
    const clocks = [-TEN_MINUTES, 0, TEN_MINUTES];
    const access = { grants: GRANTS };
    const url = await database();
    await addUser(url, "root", "root's password");
    nodes = await startNodes({ database: url, config: { access, limits: { loginFailures: 1000 } }, nodes: clocks.map((clockShift) => ({ clockShift })) });
  }, 240_000);
  afterAll(() => nodes?.stop(), 120_000);

  /** Each node writes in turn; what it was told is done must be so on all others with the next request. */
  async function onEach(
    step: (writer: RegistryClient, readers: readonly ((headers?: Record<string, string>) => RegistryClient)[]) => Promise<void>,
  ): Promise<void> {
    for (const writer of nodes.servers.keys()) {
      const others = [...nodes.servers.keys()].filter((index) => index !== writer);
      await step(
        nodes.client(writer, ROOT),
        others.map(
          (index) =>
            (headers = ROOT) =>
              nodes.client(index, headers),
        ),
      );
    }
  }

  async function expectAll(statuses: Promise<{ status: number }>[], status: number | number[]): Promise<void> {
    const found = (await Promise.all(statuses)).map((answer) => answer.status);
    for (const one of found) expect([status].flat()).toContain(one);
  }

  test("a push, a moved tag and what is deleted", async () => {
    await onEach(async (writer, readers) => {
      const repository = freshRepository();
      const first = await push(writer, repository, "latest");
      const manifest = (reference: string) => readers.map((reader) => reader().get(`/v2/${repository}/manifests/${reference}`));
      const blob = String((first.document.layers as { digest: string }[])[0]?.digest);
      await expectAll([...manifest("latest"), ...manifest(first.digest), ...readers.map((reader) => reader().head(`/v2/${repository}/blobs/${blob}`))], 200);

      const second = await push(writer, repository, "latest");
      for (const answer of await Promise.all(manifest("latest"))) expect(answer.headers.get("Docker-Content-Digest")).toBe(second.digest);

      const target = freshRepository();
      expectStatus(await writer.post(target, { mount: blob, from: repository }), 201);
      await expectAll(
        readers.map((reader) => reader().get(`/v2/${target}/blobs/${blob}`)),
        200,
      );
      expectStatus(await writer.delete(`/v2/${target}/blobs/${blob}`), 202);
      await expectAll(
        readers.flatMap((reader) => [reader().get(`/v2/${target}/blobs/${blob}`), reader().head(`/v2/${target}/blobs/${blob}`)]),
        404,
      );

      expectStatus(await writer.delete(`/v2/${repository}/manifests/latest`), 202);
      await expectAll(manifest("latest"), 404);
      await expectAll(manifest(second.digest), 200);
      expectStatus(await writer.delete(`/v2/${repository}/manifests/${second.digest}`), 202);
      await expectAll(manifest(second.digest), 404);
    });
  });

  test("a project made public, and private again", async () => {
    await onEach(async (writer, readers) => {
      const namespace = `ns-${crypto.randomUUID().slice(0, 8)}`;
      const repository = `${namespace}/project/app`;
      const image = await push(writer, repository, "1");
      const layer = String((image.document.layers as { digest: string }[])[0]?.digest);
      const anonymous = () =>
        readers.flatMap((reader) => [
          reader({}).get(`/v2/${repository}/manifests/1`),
          reader({}).head(`/v2/${repository}/manifests/${image.digest}`),
          reader({}).get(`/v2/${repository}/blobs/${layer}`),
          reader({}).head(`/v2/${repository}/blobs/${layer}`),
          reader({}).get(`/v2/${repository}/tags/list`),
          reader({}).get(`/v2/${repository}/referrers/${image.digest}`),
          reader({}).get(`/v2/${repository}/_opm/tags/list`),
        ]);
      const visible = (visibility: string) => writer.request("PUT", `/api/v1/projects/${namespace}/project`, json({ visibility }));
      await expectAll(anonymous(), 401);
      for (let round = 0; round < 3; round++) {
        expectStatus(await visible("public"), 200);
        await expectAll(anonymous(), 200);
        expectStatus(await visible("private"), 200);
        await expectAll(anonymous(), 401);
      }
    });
  });

  test("a grant that is given and taken back counts for reads, writes, deletions and new tokens", async () => {
    await onEach(async (writer, readers) => {
      const user = `user-${crypto.randomUUID().slice(0, 8)}`;
      const as = basic(user, "the password of a user");
      expectStatus(await writer.request("POST", "/api/v1/users", json({ name: user, password: "the password of a user" })), 200);
      const repository = freshRepository();
      const image = await push(writer, repository, "1");
      const grant = async (actions: readonly string[]) => {
        const grants = actions.length === 0 ? [] : [{ subjects: [`user:${user}`], repositories: repository, actions }];
        expectStatus(await writer.request("POST", "/api/v1/catalog", json({ catalog: { version: 1, grants } })), 200);
      };
      const layer = String((image.document.layers as { digest: string }[])[0]?.digest);
      const reads = () =>
        readers.flatMap((reader) => [
          reader(as).get(`/v2/${repository}/manifests/1`),
          reader(as).head(`/v2/${repository}/blobs/${layer}`),
          reader(as).get(`/v2/${repository}/referrers/${image.digest}`),
        ]);
      const pushes = () => readers.map((reader) => reader(as).putManifest(repository, "2", image));
      for (let round = 0; round < 2; round++) {
        await grant(["pull", "push"]);
        await expectAll(reads(), 200);
        await expectAll(pushes(), 201);
        await expectAll(
          readers.map((reader) => reader(as).post(repository)),
          202,
        );
        const scoped = await Promise.all(readers.map((reader) => reader(as).get(`/token?scope=repository:${repository}:pull,push`)));
        const tokens = scoped.map((answer) => ({ Authorization: `Bearer ${(answer.json() as { token: string }).token}` }));
        // Each token at each node, whatever its clock: all sign with one key, and by one time.
        await expectAll(
          readers.flatMap((reader) => tokens.map((token) => reader(token).get(`/v2/${repository}/manifests/1`))),
          200,
        );
        await grant(["pull"]);
        await expectAll(pushes(), 403);
        await expectAll(
          readers.map((reader) => reader(as).post(repository)),
          403,
        );
        await expectAll(
          readers.flatMap((reader) => tokens.map((token) => reader(token).putManifest(repository, "2", image))),
          [401, 403],
        );
        await grant([]);
        await expectAll(reads(), 404);
        await expectAll(
          readers.flatMap((reader) => tokens.map((token) => reader(token).get(`/v2/${repository}/manifests/1`))),
          [401, 403, 404],
        );
      }
    });
  });

  test("an account that is disabled, and a token that is revoked", async () => {
    await onEach(async (writer, readers) => {
      const user = `user-${crypto.randomUUID().slice(0, 8)}`;
      const repository = freshRepository();
      await push(writer, repository, "1");
      expectStatus(await writer.request("POST", "/api/v1/users", json({ name: user, password: "the password of a user", groups: ["admins"] })), 200);
      const made = await writer.request("POST", "/api/v1/tokens", json({ user }));
      expectStatus(made, 200);
      const { id, token } = made.json() as { id: string; token: string };
      const grants = [{ subjects: [`user:${user}`], repositories: repository, actions: ["pull"] }];
      expectStatus(await writer.request("POST", "/api/v1/catalog", json({ catalog: { version: 1, grants } })), 200);
      const byPassword = basic(user, "the password of a user");
      const byToken = { Authorization: `Bearer ${token}` };
      const asks = (headers: Record<string, string>) =>
        readers.flatMap((reader) => [reader(headers).get(`/v2/${repository}/manifests/1`), reader(headers).get("/v2/"), reader(headers).get("/v2/_catalog")]);
      for (let round = 0; round < 2; round++) {
        await expectAll([...asks(byPassword), ...asks(byToken)], 200);
        expectStatus(await writer.request("PATCH", `/api/v1/users/${user}`, json({ disabled: true })), 200);
        await expectAll([...asks(byPassword), ...asks(byToken)], 401);
        expectStatus(await writer.request("PATCH", `/api/v1/users/${user}`, json({ disabled: false })), 200);
      }
      await expectAll(asks(byToken), 200);
      expectStatus(await writer.delete(`/api/v1/tokens/${id}`), 200);
      await expectAll(asks(byToken), 401);
      await expectAll(asks(byPassword), 200);
    });
  });

  test("the audit record is in one order, and since a time it is whole", async () => {
    const user = `user-${crypto.randomUUID().slice(0, 8)}`;
    const root = nodes.client(1, ROOT);
    const newest = (await root.get("/api/v1/audit?n=1")).json() as { entries: { at: string }[] };
    const since = String(newest.entries[0]?.at);
    expectStatus(await root.request("POST", "/api/v1/users", json({ name: user, password: "the password of a user" })), 200);
    const groups = Array.from({ length: 9 }, (_, index) => `group-${index}`);
    for (const [index, group] of groups.entries()) {
      expectStatus(await nodes.client(index % 3, ROOT).request("PATCH", `/api/v1/users/${user}`, json({ addGroups: [group] })), 200);
    }
    for (const index of nodes.servers.keys()) {
      const answer = await nodes.client(index, ROOT).get(`/api/v1/audit?action=user.edit&since=${since}`);
      const { entries } = answer.json() as { entries: { at: string; reference: string; detail: { groups: string[] } }[] };
      const mine = entries.filter(({ reference }) => reference === user).reverse();
      expect(mine.map(({ detail }) => detail.groups.at(-1))).toEqual(groups);
      expect(mine.map(({ at }) => at)).toEqual(mine.map(({ at }) => at).sort());
      expect(Math.abs(Date.parse(String(mine.at(-1)?.at)) - Date.now())).toBeLessThan(120_000);
    }
  });

  test("an upload goes on at any node, and its time is that of the database", async () => {
    const repository = freshRepository();
    const blob = randomBlob(40_000);
    let location = locationOf(await nodes.client(0, ROOT).post(repository));
    for (const [index, start] of [0, 10_000, 20_000, 30_000].entries()) {
      const answer = await nodes.client(index % nodes.servers.length, ROOT).patch(location, blob.bytes.slice(start, start + 10_000), start);
      expectStatus(answer, 202);
      location = locationOf(answer);
    }
    expectStatus(await nodes.balanced(ROOT).close(location, blob.digest), 201);
    for (const index of nodes.servers.keys()) expectStatus(await nodes.client(index, ROOT).get(`/v2/${repository}/blobs/${blob.digest}`), 200);
  });
});
