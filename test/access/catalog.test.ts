import { beforeAll, describe, expect, test } from "bun:test";
import { pushTiny } from "../conformance/pushing.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { nextLink, type RegistryClient } from "../support/registry-client.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, bearer, with: withAuthorization } = useGuardedRegistry();

const PUBLIC = ["public/a", "public/b"];
const TEAM = ["team/a", "team/b/c", "team/d"];
/** One among many of a common prefix. */
const OPEN = ["mixed/a/open", "mixed/c/d/open", "mixed/open"];
/** In the list they stand between those that others may see. */
const HIDDEN = [
  "aaa/secret",
  "mixed/a/closed",
  "mixed/b/open/closed",
  "mixed/z/closed",
  "other/secret",
  "public-not/secret",
  "team-not/secret",
  "team/b-secret/x",
  "zzz/secret",
];

beforeAll(async () => {
  for (const name of [...PUBLIC, ...TEAM, ...OPEN, ...HIDDEN]) await pushTiny(as("admin"), name);
});

/** Follows the links, and checks that no page names what is not in the end result. */
async function listAll(client: RegistryClient, size: number): Promise<string[]> {
  const names: string[] = [];
  let path: string | undefined = `/v2/_catalog?n=${size}`;
  while (path !== undefined) {
    const answer = await client.get(path);
    expectStatus(answer, 200);
    const page = (answer.json() as { repositories: string[] }).repositories;
    expect(page.length).toBeLessThanOrEqual(size);
    names.push(...page);
    path = nextLink(answer);
    if (path !== undefined) expect(new URL(path, "http://localhost").searchParams.get("last")).toBe(String(page.at(-1)));
  }
  return names;
}

describe.each([1, 2, 3, 1000])("in pages of %d", (size) => {
  test("each caller sees what it may pull", async () => {
    expect(await listAll(anonymous, size)).toEqual(PUBLIC);
    expect(await listAll(as("puller"), size)).toEqual([...PUBLIC, ...TEAM, "team/b-secret/x"].sort());
    expect(await listAll(as("stranger"), size)).toEqual([...OPEN, "other/secret", ...PUBLIC]);
    expect(await listAll(as("admin"), size)).toEqual([...PUBLIC, ...TEAM, ...OPEN, ...HIDDEN].sort());
  });
});

test("the right to push alone shows nothing", async () => {
  expect(await listAll(as("pusher"), 1000)).toEqual(PUBLIC);
});

test("starting at a hidden name tells nothing of it", async () => {
  for (const last of ["other/secret", "other/absent"]) {
    expect((await anonymous.get(`/v2/_catalog?last=${last}&n=1`)).json()).toEqual({ repositories: ["public/a"] });
  }
});

test("no page is followed by an empty one", async () => {
  const answer = await anonymous.get("/v2/_catalog?n=2");
  expect(answer.json()).toEqual({ repositories: PUBLIC });
  expect(nextLink(answer)).toBeUndefined();
});

test("a bearer token needs the scope of the catalog", async () => {
  const narrow = withAuthorization(`Bearer ${await bearer("puller", "repository:team/a:pull")}`);
  const refused = await narrow.get("/v2/_catalog");
  expectError(refused, 401, "UNAUTHORIZED");
  expect(refused.headers.get("WWW-Authenticate")).toContain('scope="registry:catalog:*",error="insufficient_scope"');
  const catalog = withAuthorization(`Bearer ${await bearer("stranger", "registry:catalog:*")}`);
  expect(await listAll(catalog, 1000)).toEqual([...OPEN, "other/secret", ...PUBLIC]);
});
