import { beforeAll, describe, expect, test } from "bun:test";
import { indexOf } from "../support/content.ts";
import { expectSameHead, expectStatus } from "../support/expectations.ts";
import { nextLink } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { pushManifest } from "./pushing.ts";

const { client } = useRegistry();
const NAMES = ["a", "a-b", "a/b", "a/b/c", "b", "c.d/e__f/g--h"];

beforeAll(async () => {
  for (const name of [...NAMES].reverse()) await pushManifest(client, name, indexOf([]), "latest");
});

describe("/v2/_catalog", () => {
  test("lists the repositories in order, as JSON", async () => {
    const answer = await client.get("/v2/_catalog");
    expectStatus(answer, 200);
    expect(answer.headers.get("Content-Type")).toStartWith("application/json");
    expect(answer.json()).toEqual({ repositories: NAMES });
    expectSameHead(await client.head("/v2/_catalog"), answer);
  });

  test.each([1, 2, 5])("n=%i: pages that lead through all", async (n) => {
    const found: string[] = [];
    let next: string | undefined = `/v2/_catalog?n=${n}`;
    while (next !== undefined) {
      const answer = await client.get(next);
      expectStatus(answer, 200);
      const { repositories } = answer.json() as { repositories: string[] };
      expect(repositories.length).toBeLessThanOrEqual(n);
      found.push(...repositories);
      next = nextLink(answer);
    }
    expect(found).toEqual(NAMES);
  });

  test("n=0: none, and no Link", async () => {
    const answer = await client.get("/v2/_catalog?n=0");
    expect(answer.json()).toEqual({ repositories: [] });
    expect(nextLink(answer)).toBeUndefined();
  });

  test("last: those after it", async () => {
    for (const [at, name] of NAMES.entries()) {
      expect((await client.get(`/v2/_catalog?last=${encodeURIComponent(name)}`)).json()).toEqual({ repositories: NAMES.slice(at + 1) });
    }
  });
});
