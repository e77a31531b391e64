import type { RepositoryName } from "../../oci/name.ts";

/** How one kind of content compares. What neither side has more of than the other is at the target. */
export interface Tally {
  /** Listed by the source, or part of what is. */
  source: number;
  /** Of those at the target when the import ended. */
  target: number;
  /** Of those at the target brought there by this import. */
  sent: number;
}

/** Bytes besides. */
export interface SizedTally extends Tally {
  sourceBytes: number;
  targetBytes: number;
  sentBytes: number;
}

/** Counts one thing on a side. @param size in bytes */
export function count(tally: SizedTally, side: "source" | "target" | "sent", size: number): void {
  tally[side]++;
  tally[`${side}Bytes`] += size;
}

/** How a repository, or all of them, compare. Content is counted once for each repository that has it. */
export interface Comparison {
  /** Of the source's, those that name something else at the target are `different`. Those that only the target has are `added`. */
  readonly tags: Tally & { different: number; added: number };
  readonly manifests: SizedTally;
  /** Those of the manifests that refer to another. */
  readonly referrers: Tally;
  /** Those of the blobs sent that the target took over from another of its repositories are `mounted`. */
  readonly blobs: SizedTally & { mounted: number };
  /** Manifests that neither a tag nor another manifest leads to, and that stayed behind. */
  untagged: number;
  /** Manifests that indexes name and the source does not have: indexes may have such gaps. */
  gaps: number;
}

/** Why something of the source is not, or not so, at the target. */
export type FindingState =
  /** The source does not have it as it says: gone, damaged, or of a form that no registry takes. */
  | "broken"
  /** The target does not take it. */
  | "refused"
  /** The tag names something else at the target. */
  | "different"
  /** The target does not have it; nothing was tried. */
  | "missing"
  /** A side did not answer: the same import goes on from there. */
  | "failed";

export interface Finding {
  /** As the source calls it. */
  readonly repository: string;
  /** A tag or digest; undefined where it is the whole repository. */
  readonly reference?: string;
  readonly state: FindingState;
  readonly reason: string;
}

export interface RepositoryReport extends Comparison {
  /** As the source calls it. */
  readonly name: string;
  /** What it is called at the target. */
  readonly target: RepositoryName;
}

export function emptyComparison(): Comparison {
  const tally = { source: 0, target: 0, sent: 0 };
  const sized = { ...tally, sourceBytes: 0, targetBytes: 0, sentBytes: 0 };
  return {
    tags: { ...tally, different: 0, added: 0 },
    manifests: { ...sized },
    referrers: { ...tally },
    blobs: { ...sized, mounted: 0 },
    untagged: 0,
    gaps: 0,
  };
}

/** Adds what one repository came to. */
export function addComparison(sum: Comparison, more: Comparison): void {
  for (const kind of ["tags", "manifests", "referrers", "blobs"] as const) addNumbers(sum[kind], more[kind]);
  sum.untagged += more.untagged;
  sum.gaps += more.gaps;
}

function addNumbers<T extends Tally>(sum: T, more: T): void {
  for (const name of Object.keys(more) as (keyof T & keyof Tally)[]) sum[name] += more[name];
}

/** What is found is kept up to so many: a source of which nothing can be brought over says the same for each tag. */
const KEPT = 10_000;

/** What is not, or not so, at the target. */
export class Findings {
  readonly list: Finding[] = [];
  count = 0;
  readonly #expected: FindingState | undefined;

  /** @param expected what is no finding */
  constructor(expected?: FindingState) {
    this.#expected = expected;
  }

  add(finding: Finding): void {
    if (finding.state === this.#expected) return;
    this.count++;
    if (this.list.length < KEPT) this.list.push(finding);
  }
}
