import { expect, test } from "bun:test";
import type { Grant } from "./grant.ts";
import { recordGrants } from "./record-grants.ts";
import { ACTOR } from "./testing/fixture.ts";
import { createMemoryMetadata } from "./testing/memory-metadata.ts";

const ONE: Grant = { subjects: ["user:ann", "user:bob"], repositories: "a/**", actions: ["pull", "push"] };
const TWO: Grant = { subjects: ["anonymous"], repositories: "b", actions: ["pull"] };

test("grants are noted when they mean something else than before", async () => {
  const metadata = createMemoryMetadata();
  const record = (grants: readonly Grant[] | undefined) => recordGrants(metadata, grants, ACTOR, 1);
  expect(await record(undefined)).toBe(true);
  expect(await record(undefined)).toBe(false);
  expect(await record([])).toBe(true);
  expect(await record([ONE, TWO])).toBe(true);
  const reordered: Grant = { repositories: "a/**", actions: ["push", "pull", "push"], subjects: ["user:bob", "user:ann"] };
  expect(await record([TWO, reordered, TWO])).toBe(false);
  expect(await record([TWO])).toBe(true);
  expect(await record([ONE, TWO])).toBe(true);
  expect(metadata.entries.map((entry) => entry.action)).toEqual(Array(5).fill("grants.change"));
  expect(metadata.entries[0]).toMatchObject({ actor: ACTOR, at: 1, detail: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), grants: "open" } });
});
