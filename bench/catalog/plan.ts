import type { ProjectPath } from "../../src/oci/project-path.ts";
import { projectPathOf } from "../../src/oci/project-path.ts";
import { Random } from "./random.ts";
import { KINDS, type Kind, repositoryName, sentence } from "./vocabulary.ts";

/** What one repository will hold. */
export interface RepositoryPlan {
  readonly id: number;
  readonly name: string;
  readonly place: ProjectPath;
  readonly kind: Kind;
  readonly signed: boolean;
  readonly title: string;
  readonly description: string;
  /** Versions, oldest first. */
  readonly versions: readonly string[];
  readonly floating: readonly string[];
  readonly pulls: number;
  /** When the last tag was pushed. */
  readonly updatedAt: number;
  readonly random: Random;
}

/** The time at which everything ends. */
const NOW = 1_780_000_000_000;
const YEAR = 365 * 24 * 3_600_000;

/** Tags of the one large repository. */
const LARGE = 10_000;

/** At the full size: 100,000 repositories with 1,000,000 tags. */
const REPOSITORIES = 100_000;
const TAGS = 1_000_000;

/** The repositories of a database, the large one first. */
export function* plans(scale: number): Generator<RepositoryPlan> {
  const count = Math.max(10, Math.round(REPOSITORIES * scale));
  const weights = Array.from({ length: count }, (_, index) => Math.min(300, new Random(index * 7 + 1).next() ** -0.6));
  const perWeight = (TAGS * scale - LARGE * scale) / weights.reduce((a, b) => a + b, 0);
  for (const [index, weight] of weights.entries()) {
    const random = new Random(index + 1);
    const name = index === 0 ? "large/p0/everything" : repositoryName(random, index);
    const tags = index === 0 ? LARGE : Math.max(1, Math.round(weight * perWeight));
    const kind = index === 0 ? KINDS[0] : kindOf(random.next());
    const floating = tags > 8 ? ["latest", "1", "main"] : tags > 2 ? ["latest"] : [];
    yield {
      id: index + 1,
      name,
      place: projectPathOf(name),
      kind,
      signed: random.chance(0.2),
      title: sentence(random, 3),
      description: sentence(random, 12),
      versions: versions(tags - floating.length, random),
      floating,
      pulls: random.chance(0.4) ? 0 : Math.floor(1 / (random.next() ** 2 + 1e-6)),
      updatedAt: NOW - Math.floor(YEAR * random.next() ** 2),
      random,
    };
  }
}

function kindOf(chance: number): Kind {
  let sum = 0;
  for (const kind of KINDS) {
    sum += kind.share;
    if (sum > chance) return kind;
  }
  return KINDS[0];
}

function versions(count: number, random: Random): string[] {
  const all: string[] = [];
  for (let [major, minor, patch] = [0, 1, 0]; all.length < count; patch++) {
    if (random.chance(0.3)) [minor, patch] = [minor + 1, 0];
    if (random.chance(0.03)) [major, minor, patch] = [major + 1, 0, 0];
    if (random.chance(0.1)) all.push(`${major}.${minor}.${patch}-rc.1`);
    if (all.length < count) all.push(random.chance(0.2) ? `v${major}.${minor}.${patch}` : `${major}.${minor}.${patch}`);
  }
  return all;
}
