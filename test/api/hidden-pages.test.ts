import { beforeAll, describe, expect, test } from "bun:test";
import { useGuardedRegistry } from "../access/guarded-registry.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { call, callPages, nextOf, send } from "./call.ts";
import { BASE_LAYER, pushChart, pushImages } from "./sample.ts";

const registry = useGuardedRegistry();
const [admin, writer, puller] = [registry.as("admin"), registry.as("writer"), registry.as("puller")];

/** Some that the caller sees, then more that are newer and hidden from him. */
const SEEN = ["team/one", "team/two"];
const HIDDEN = Array.from({ length: 6 }, (_, index) => `other/secret/r${index}`);
const NEEDED = { name: "one", version: "^1", repository: "oci://registry.test/team" };
const secret = randomBlob();

beforeAll(async () => {
  for (const name of SEEN) await pushImages(admin, name, { platforms: ["linux/amd64"], tags: ["1.0.0"] });
  for (const name of HIDDEN) await pushImages(admin, name, { platforms: ["linux/amd64"], tags: ["1.0.0"] });
  for (const name of ["other/secret/c1", "other/secret/c2", "team/chart", "other/secret/c3"]) await pushChart(admin, name, "1.0.0", [NEEDED]);
  await pushBlob(admin, "other/secret/r0", secret);
}, 60_000);

/** The cursors of a list, page after page. */
async function cursorsOf(client: RegistryClient, path: string): Promise<string[]> {
  const cursors: string[] = [];
  for (let next: string | undefined = path; next !== undefined && cursors.length < 100; ) {
    const answer = await client.get(next);
    expectStatus(answer, 200);
    next = nextOf(answer);
    const cursor = next === undefined ? null : new URL(next, "http://registry.test").searchParams.get("cursor");
    if (cursor !== null) cursors.push(cursor);
  }
  return cursors;
}

describe("to who may not see some of it", () => {
  test.each(["name", "-name", "updated", "-updated", "pulls", "-pulls", "semver", "-semver"])("a list sorted by %s has full pages only", async (sort) => {
    const pages = await callPages(puller, "listPackages", { query: { n: 1, sort } });
    expect(pages.map(({ repositories }) => repositories.length)).toEqual([1, 1, 1]);
  });

  test("the last page of visible rows has no link, whatever follows in the order", async () => {
    const answer = await send(puller, "listPackages", { query: { n: 3, sort: "updated" } });
    expect([nextOf(answer), (answer.json() as { repositories: unknown[] }).repositories.length]).toEqual([undefined, 3]);
  });

  test("uses of content come in full pages, and content that only others have is as content that nobody has", async () => {
    const pages = await callPages(puller, "getContentUses", { query: { digest: BASE_LAYER.digest, n: 1 } });
    expect(pages.map(({ uses }) => uses.length)).toEqual([1, 1]);
    const [hidden, absent] = [
      await send(puller, "getContentUses", { query: { digest: secret.digest, n: 1 } }),
      await send(puller, "getContentUses", { query: { digest: randomBlob().digest, n: 1 } }),
    ];
    expect([nextOf(hidden), (hidden.json() as { uses: unknown[] }).uses]).toEqual([nextOf(absent), (absent.json() as { uses: unknown[] }).uses]);
  });

  test("dependents come in full pages", async () => {
    const pages = await callPages(puller, "getDependents", { path: { name: "team/one" }, query: { n: 1 } });
    expect(pages.map(({ dependents }) => dependents.map(({ repository }): string => repository))).toEqual([["team/chart"]]);
    expect(await callPages(admin, "getDependents", { path: { name: "team/one" }, query: { n: 1 } })).toHaveLength(4);
  });

  test("what can be reclaimed says nothing of what others need", async () => {
    const own = "team/loose";
    for (const blob of [secret, randomBlob(), BASE_LAYER]) await pushBlob(writer, own, blob);
    // The third is needed by repositories that he sees.
    expect((await call(writer, "getStats", { query: { repository: own } })).reclaimable.blobs).toBe(2);
  });

  test("no cursor says what lies behind a page, and each is good for its own list alone", async () => {
    const uses = await cursorsOf(admin, `/v2/_opm/graph/blob?n=1&digest=${BASE_LAYER.digest}`);
    const packages = await cursorsOf(admin, "/v2/_opm/catalog/repositories?n=1&sort=-updated");
    expect(packages.length).toBeGreaterThan(SEEN.length + HIDDEN.length);
    for (const cursor of [...uses, ...packages]) {
      for (const part of [cursor, ...cursor.split(".")]) {
        expect(Buffer.from(part, "base64url").toString("latin1")).not.toMatch(/team|other|secret|\d{6}/);
      }
    }
    const answer = await admin.get(`/v2/_opm/graph/blob?n=1&digest=${BASE_LAYER.digest}&cursor=${packages[0]}`);
    expectStatus(answer, 400);
  });
});
