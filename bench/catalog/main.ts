// `npm run bench:catalog`: what the catalog's questions cost as the registry grows. See docs/performance.md.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { buildPostgres, buildSqlite } from "./build.ts";
import { measure, type Timing } from "./measure.ts";
import { openStore } from "./open-store.ts";
import { type CatalogBenchOptions, parseOptions, USAGE } from "./options.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import { misses, report } from "./report.ts";
import { drawSample } from "./sample.ts";

const options = readOptions();
if (options !== undefined) await bench(options);

function readOptions(): CatalogBenchOptions | undefined {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options !== "help") return options;
    console.log(USAGE);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function bench(options: CatalogBenchOptions): Promise<void> {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), "opm-bench-catalog-"));
  const questions = QUESTIONS.filter(({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)));
  const say = (text: string): void => console.error(text);
  try {
    const timings: Map<Question, Timing>[] = [];
    for (const scale of options.scales) {
      say(`${scale * 100} %`);
      const address = options.postgres === undefined ? await buildSqlite(folder, scale, say) : await buildPostgres(options.postgres, scale, say);
      timings.push(await measureAll(options, { address, scale, questions }));
      if (scale !== options.scales.at(-1)) continue;
      say("while pushing");
      const pusher = startPusher(options, address);
      try {
        timings.push(await measureAll(options, { address, scale, questions }));
      } finally {
        say(`pushed ${await pusher.stop()} manifests a second meanwhile`);
      }
    }
    print(options, questions, timings);
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

interface Subject {
  readonly address: string;
  readonly scale: number;
  readonly questions: readonly Question[];
}

async function measureAll({ rounds, postgres }: CatalogBenchOptions, { address, scale, questions }: Subject): Promise<Map<Question, Timing>> {
  const store = await openStore(postgres === undefined ? "sqlite" : "postgres", address);
  try {
    const sample = await drawSample(store, scale);
    const timings = new Map<Question, Timing>();
    for (const question of questions) timings.set(question, await measure(store, question, sample, rounds));
    return timings;
  } finally {
    await store.close();
  }
}

function startPusher({ postgres }: CatalogBenchOptions, address: string): { stop(): Promise<number> } {
  const started = Date.now();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "pusher.ts"), postgres === undefined ? "sqlite" : "postgres", address], {
    stdout: "pipe",
    stderr: "inherit",
  });
  return {
    async stop() {
      child.kill("SIGTERM");
      const count = Number(await new Response(child.stdout).text());
      return Math.round((1000 * count) / (Date.now() - started));
    },
  };
}

function print({ scales, rounds }: CatalogBenchOptions, questions: readonly Question[], timings: readonly ReadonlyMap<Question, Timing>[]): void {
  const none: Timing = { p50: Number.NaN, p95: Number.NaN, rows: undefined };
  const measured = questions.map((question) => {
    const all = timings.map((timing) => timing.get(question) ?? none);
    return { name: question.name, scales: all.slice(0, scales.length), whilePushing: all.at(-1) ?? none };
  });
  console.log(`\n${report(scales, measured)}\n`);
  console.log(`targets: at most twice as long at the full size, p95 below 50 ms; ${measured.filter(misses).length} of ${measured.length} missed`);
  console.log(`${rounds} questions of each kind, ${cpus().length} CPUs (${cpus()[0]?.model ?? "unknown"})`);
}
