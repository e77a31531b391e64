import { expect, test } from "bun:test";
import type { AuditEntry, AuditStore } from "../storage/metadata/audit.ts";
import type { Grant } from "./grant.ts";
import { recordGrants } from "./record-grants.ts";
import { ACTOR } from "./testing/fixture.ts";

const ONE: Grant = { subjects: ["user:ann", "user:bob"], repositories: "a/**", actions: ["pull", "push"] };
const TWO: Grant = { subjects: ["anonymous"], repositories: "b", actions: ["pull"] };

test("grants are noted when they mean something else than before", async () => {
  const entries: AuditEntry[] = [];
  const audit: AuditStore = {
    list: async () => entries.slice(-1).map((entry) => ({ ...entry, id: entries.length })),
    append: async (added) => void entries.push(...added),
  };
  const record = (grants: readonly Grant[] | undefined) => recordGrants(audit, grants, ACTOR, 1);
  expect(await record(undefined)).toBe(true);
  expect(await record(undefined)).toBe(false);
  expect(await record([])).toBe(true);
  expect(await record([ONE, TWO])).toBe(true);
  const reordered: Grant = { repositories: "a/**", actions: ["push", "pull", "push"], subjects: ["user:bob", "user:ann"] };
  expect(await record([TWO, reordered, TWO])).toBe(false);
  expect(await record([TWO])).toBe(true);
  expect(await record([ONE, TWO])).toBe(true);
  expect(entries.map((entry) => entry.action)).toEqual(Array(5).fill("grants.change"));
  expect(entries[0]).toMatchObject({ actor: ACTOR, at: 1, detail: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), grants: "open" } });
});
