import { expect, test } from "bun:test";
import { digestOf } from "../../../../oci/digest.ts";
import { parseManifest } from "../../../../oci/manifest.ts";
import { parseRepositoryName, type RepositoryName } from "../../../../oci/name.ts";
import type { Executor } from "../../../sql/engine/executor.ts";
import type { EmptyDatabase } from "../../../sql/testing/migration-cases.ts";
import type { CatalogChange } from "../../catalog/definitions.ts";
import { facts, HELM, projectDefinition, repositoryDefinition, SIGNATURE, SPDX, WASM } from "../catalog-fixture.ts";
import { ACTOR, type Document, imageDocument, indexDocument, NOW, subjectOf, tagOf } from "../fixture.ts";
import { Choices } from "../packages/random.ts";
import { portsOn } from "../ports-on.ts";
import { expectConsistent } from "./oracle.ts";

const NAMES = ["team/app/one", "team/app/two", "solo"].map(parseRepositoryName) as [RepositoryName, ...RepositoryName[]];
const BLOBS = [digestOf("a"), digestOf("b")] as const;
const TYPES = [HELM, WASM, SPDX, SIGNATURE] as const;
const VARIANT = { os: "linux", architecture: "arm64", variant: "v8" };

/** Images, indexes of them, an index of those, and referrers of all. */
function documents(): readonly [Document, ...Document[]] {
  const images = TYPES.flatMap((artifactType) =>
    BLOBS.map((blob, n) => imageDocument(blob, { artifactType, annotations: { n: String(n), [artifactType]: "x" } })),
  );
  const indexes = [indexDocument(images.slice(0, 2)), indexDocument(images.slice(0, 5)), indexDocument([])];
  const nested = indexDocument(indexes);
  const subjects = [...images.slice(0, 2), ...indexes];
  const referrers = subjects.flatMap((subject) =>
    [SPDX, SIGNATURE].map((artifactType) => imageDocument(BLOBS[0], { artifactType, subject: subjectOf(subject) })),
  );
  const [first, ...rest] = [...images, ...indexes, nested, ...referrers];
  if (first === undefined) throw new Error("there are no documents");
  return [first, ...rest];
}

const DOCUMENTS = documents();
const TAGS = ["1.0.0", "v1.2.0", "2.0.0-rc.1", "latest", "main", "build-7", `${BLOBS[0].replace(":", "-")}`, `${BLOBS[0].replace(":", "-")}.sig`] as const;

/** A series of changes in one database, each chosen at random and run in a transaction. */
class Series {
  readonly #choices: Choices;
  #now = NOW;

  constructor(seed: number) {
    this.#choices = new Choices(seed);
  }

  async step(x: Executor): Promise<void> {
    this.#now += 1000;
    const [choices, now] = [this.#choices, this.#now];
    const repository = choices.of(NAMES);
    const { digest, body } = choices.of(DOCUMENTS);
    const tag = tagOf(choices.of(TAGS));
    const common = { repository, actor: ACTOR, now };
    const said = facts({
      labels: { l: String(choices.below(3)) },
      platforms: [VARIANT],
      provides: [`p:${choices.below(3)}`],
      dependencies: this.#dependencies(),
    });
    const kind = choices.below(100);
    if (kind < 40) {
      await this.#blobs(x, repository);
      const tags = choices.chance(0.7) ? [tag, tagOf(choices.of(TAGS))] : [];
      await portsOn(x).manifests.put({ ...parseManifest(body, undefined), ...common, digest, body, tags, facts: choices.chance(0.6) ? said : undefined });
    } else if (kind < 50) await portsOn(x).tags.delete({ ...common, tag });
    else if (kind < 60) await portsOn(x).manifests.delete({ ...common, digest });
    else if (kind < 65) await portsOn(x).tags.put({ ...common, tag, digest });
    else if (kind < 75) await portsOn(x).tags.restore({ ...common, tag, digest });
    else if (kind < 80) await portsOn(x).tags.prune({ ...common, tags: TAGS.slice(0, 3).map((text) => ({ tag: tagOf(text), digest })) });
    else if (kind < 88) await portsOn(x).manifests.putFacts({ repository, digest, facts: said });
    else if (kind < 94)
      await portsOn(x).collection.collectLinks({ now, deletedBefore: now - 8000, unreferencedBefore: now - 8000, limit: 1 + choices.below(5) });
    else await this.#declare(x, repository);
  }

  #dependencies() {
    return Array.from({ length: this.#choices.below(3) }, () => ({ kind: "base-image", key: `oci:${this.#choices.below(4)}`, name: "x" }) as const);
  }

  async #blobs(x: Executor, repository: RepositoryName): Promise<void> {
    for (const digest of BLOBS) {
      await portsOn(x).blobs.reserve(digest, this.#now + 60_000, this.#now);
      await portsOn(x).blobs.link({ repository, digest, size: 10, actor: ACTOR, now: this.#now });
    }
  }

  async #declare(x: Executor, repository: RepositoryName): Promise<void> {
    const choices = this.#choices;
    const labels = { l: String(choices.below(3)), own: "x" };
    const project = (...repositories: string[]) => projectDefinition("claimed", "p", { repositories });
    const changes = choices.of<readonly CatalogChange[]>([
      [{ kind: "put-repository", repository: repositoryDefinition(repository, { labels, contentType: choices.of([HELM, undefined]) }) }],
      [{ kind: "undeclare-repository", name: repository }],
      [{ kind: "delete-repository", name: repository }],
      [{ kind: "put-project", project: project("team/**") }],
      [{ kind: "put-project", project: project(repository) }],
      [{ kind: "undeclare-project", namespace: "claimed", name: "p" }],
      [{ kind: "delete-project", namespace: "claimed", name: "p" }],
    ]);
    await portsOn(x).definitions.change({ changes, actor: ACTOR, now: this.#now });
  }
}

export interface PropertyScale {
  readonly seeds: number;
  readonly steps: number;
  /** Transactions at a time; more than 1 where they may overlap. */
  readonly parallel: number;
}

export function propertyCases(open: () => Promise<Pick<EmptyDatabase, "transaction" | "x">>, { seeds, steps, parallel }: PropertyScale): void {
  test("after any series of changes terms and counters are those of a count from scratch", async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const database = await open();
      const series = Array.from({ length: parallel }, (_, n) => new Series(seed * 100 + n));
      for (let step = 1; step <= steps; step++) {
        await Promise.all(series.map((one) => database.transaction((x) => one.step(x))));
        if (step % 10 === 0) await expectConsistent(database.x, `seed ${seed}, step ${step}`);
      }
    }
    expect(seeds).toBeGreaterThan(0);
  }, 120_000);
}
