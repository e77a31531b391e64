import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseRepositoryName } from "../../../../oci/name.ts";
import type { MetadataStore } from "../../../metadata/store.ts";
import { MIGRATIONS } from "../../schema/migrations.ts";
import { type AnswerOptions, answersOf } from "./answers.ts";
import { type Artifact, Narrator } from "./narrator.ts";
import { ACCOUNTS, ANNOUNCED, CATALOG, CLAIM, tell, tellsLike, tellUpgrade } from "./tell.ts";

const FIXTURES = join(import.meta.dir, "fixtures");

/** How a driver opens databases; the suite closes what it opened. */
export interface UpgradeDriver {
  /** What the names of its fixtures end in. */
  readonly suffix: ".db.gz" | ".sql.gz";
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

  test("there is a database of every version before today's", () => {
    const before = MIGRATIONS.slice(0, -1).map(({ version }) => version);
    expect(before.filter((version) => !versions.includes(version))).toEqual([]);
    expect(versions.at(-1)).toBeLessThanOrEqual(MIGRATIONS.length);
  });

  /** What databases that never were older answer, before and after they go on. */
  const expected = new Map<number, Answers>();
  const answersOfFresh = async (version: number): Promise<Answers> => {
    const known = expected.get(tellsLike(version));
    if (known !== undefined) return known;
    const store = await fresh();
    const artifacts = await tell(store, version);
    await tellUpgrade(store, version);
    const options = optionsOf(version);
    const before = await answersOf(store, artifacts, options);
    await goOn(store, artifacts);
    const answers = { artifacts, before, after: await answersOf(store, artifacts, options) };
    expected.set(tellsLike(version), answers);
    return answers;
  };

  const title = "a database of version %d answers like a fresh one, and goes on like one";
  const upgrades = async (version: number): Promise<void> => {
    const { artifacts, before, after } = await answersOfFresh(version);
    const store = await upgraded(join(FIXTURES, `v${version}${suffix}`));
    // Until then a scrub announced what it found, also that of another database.
    expect(await store.collection.knows({ digest: ANNOUNCED })).toBe(version >= CLAIM);
    await readFacts(store, artifacts, version < CATALOG ? artifacts.length - 1 : 0);
    expect(await answersOf(store, artifacts, optionsOf(version))).toEqual(before);
    await goOn(store, artifacts);
    expect(await answersOf(store, artifacts, optionsOf(version))).toEqual(after);
  };
  test.each(versions)(title, upgrades, 60_000);
}

interface Answers {
  readonly artifacts: readonly Artifact[];
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Content of versions without a catalog is read after the upgrade, and what is new in the audit record comes after it. */
function optionsOf(version: number): AnswerOptions {
  return { revisions: version >= CATALOG, audit: version >= ACCOUNTS };
}

/** As the server does after its start, with manifests whose content nobody has read yet. */
async function readFacts(store: MetadataStore, artifacts: readonly Artifact[], expected: number): Promise<void> {
  const waiting = await store.manifests.listWithoutFacts(100);
  expect(waiting).toHaveLength(expected);
  for (const { repository, digest } of waiting) {
    const facts = artifacts.find((artifact) => artifact.digest === digest)?.facts;
    if (facts !== undefined) await store.manifests.putFacts({ repository, digest, facts });
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
  await store.manifests.delete({ repository: web, digest: both.digest, actor: { subject: "alice" }, now: narrator.now });
  await narrator.artifact("team/new", "new", ["1.0.0"]);
  const detail = { description: "Renewed", labels: {}, owner: undefined, contentType: undefined };
  const changes = [
    { kind: "put-repository", repository: { name: web, ...detail } },
    { kind: "undeclare-project", namespace: "team", name: "app" },
  ] as const;
  await store.definitions.change({ changes, actor: { subject: "alice" }, now: narrator.now });
}
