import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseRepositoryName } from "../../../oci/name.ts";
import type { MetadataStore } from "../../metadata-store.ts";
import { MIGRATIONS } from "../../sql/schema/migrations.ts";
import { answersOf } from "./answers.ts";
import { type Artifact, Narrator } from "./narrator.ts";
import { ACCOUNTS, ANNOUNCED, CATALOG, tell } from "./tell.ts";

const FIXTURES = join(import.meta.dir, "fixtures");

/** How a driver opens databases; the suite closes what it opened. */
export interface UpgradeDriver {
  /** What the names of its fixtures end in. */
  readonly suffix: ".db.gz" | ".sql";
  /** A new database with what the fixture holds, brought up to date. */
  readonly upgraded: (fixture: string) => Promise<MetadataStore>;
  readonly fresh: () => Promise<MetadataStore>;
}

/** Databases of earlier versions, made by their programs, are brought up to date and then answer as one that never was older. */
export function upgradeCases({ suffix, upgraded, fresh }: UpgradeDriver): void {
  const versions = readdirSync(FIXTURES)
    .filter((name) => name.endsWith(suffix))
    .map((name) => Number(name.slice(1, -suffix.length)))
    .sort((a, b) => a - b);

  test("there is a database of every released version, and of those before", () => {
    expect(versions.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(versions.at(-1)).toBeLessThanOrEqual(MIGRATIONS.length);
  });

  test.each(versions)(
    "a database of version %d answers like a fresh one, and goes on like one",
    async (version) => {
      const [old, other] = [await upgraded(join(FIXTURES, `v${version}${suffix}`)), await fresh()];
      const artifacts = await tell(other, version);
      await noteActivity(other);
      expect(await old.knowsContent(ANNOUNCED)).toBe(version > 7);
      await readFacts(old, artifacts, version < CATALOG ? artifacts.length - 1 : 0);
      const all = { revisions: version >= CATALOG, audit: version >= ACCOUNTS };
      expect(await answersOf(old, artifacts, all)).toEqual(await answersOf(other, artifacts, all));
      for (const store of [old, other]) await goOn(store, artifacts);
      expect(await answersOf(old, artifacts, all)).toEqual(await answersOf(other, artifacts, all));
    },
    60_000,
  );
}

/** Before there were budgets, bytes were taken to have come when a session was opened. */
async function noteActivity(store: MetadataStore): Promise<void> {
  for (const { id, createdAt, expiresAt } of await store.expiredUploads(2_000_000_000_000, 100)) await store.extendUpload(id, createdAt, expiresAt);
}

/** As the server does after its start, with manifests whose content nobody has read yet. */
async function readFacts(store: MetadataStore, artifacts: readonly Artifact[], expected: number): Promise<void> {
  const waiting = await store.manifestsWithoutFacts(100);
  expect(waiting).toHaveLength(expected);
  for (const { repository, digest } of waiting) {
    const facts = artifacts.find((artifact) => artifact.digest === digest)?.facts;
    if (facts !== undefined) await store.putFacts({ repository, digest, facts });
  }
}

/** Pushes, moves, deletes and declares some more. */
async function goOn(store: MetadataStore, artifacts: readonly Artifact[]): Promise<void> {
  const narrator = new Narrator(store, 1_810_000_000_000);
  const web = parseRepositoryName("team/app/web");
  const more = await narrator.artifact(web, "more", ["2.0.0", "latest"], { facts: { title: "New shop", description: "Everything is new" } });
  await narrator.untag(web, "1.0");
  await narrator.untag("solo", "nightly");
  await narrator.push(web, more, ["1.0"]);
  const [, , , both] = artifacts;
  if (both === undefined) throw new Error("nothing was told");
  await store.deleteManifest({ repository: web, digest: both.digest, actor: { subject: "alice" }, now: narrator.now });
  await narrator.artifact("team/new", "new", ["1.0.0"]);
  const detail = { description: "Renewed", labels: {}, owner: undefined, contentType: undefined };
  const changes = [
    { kind: "put-repository", repository: { name: web, ...detail } },
    { kind: "undeclare-project", namespace: "team", name: "app" },
  ] as const;
  await store.changeCatalog({ changes, actor: { subject: "alice" }, now: narrator.now });
}
