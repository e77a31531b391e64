import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import type { Question } from "./questions.ts";
import { Random } from "./random.ts";
import type { Sample } from "./sample.ts";

/** Milliseconds. */
export interface Timing {
  readonly p50: number;
  readonly p95: number;
  /** Rows of an answer, on average; undefined where an answer has none. */
  readonly rows: number | undefined;
}

/** Questions asked before those that count. */
const WARM_UP = 10;

/** Asks a question again and again, each time for something else; one at a time. */
export async function measure(store: MetadataStore, { name, ask }: Question, sample: Sample, rounds: number): Promise<Timing> {
  const random = new Random(name.length * 31 + rounds);
  const times: number[] = [];
  let rows: number | undefined;
  for (let round = -WARM_UP; round < rounds; round++) {
    const started = performance.now();
    const answer = await ask(store, random, sample);
    if (round >= 0) {
      times.push(performance.now() - started);
      const size = rowsOf(answer);
      if (size !== undefined) rows = (rows ?? 0) + size / rounds;
    }
    // As between two requests: what other processes wrote is seen from here on.
    await new Promise((resolve) => setImmediate(resolve));
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), rows };
}

/** How much an answer holds: the rows of a page, what was counted, the packages that facets are made of. */
function rowsOf(answer: unknown): number | undefined {
  if (Array.isArray(answer)) return answer.length;
  if (typeof answer !== "object" || answer === null) return undefined;
  if ("rows" in answer && Array.isArray(answer.rows)) return answer.rows.length;
  if ("candidates" in answer && typeof answer.candidates === "number") return answer.candidates;
  return "count" in answer && typeof answer.count === "number" ? answer.count : undefined;
}
