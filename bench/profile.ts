import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Case } from "./case.ts";
import { selfTimes, type Window } from "./cpu-profile.ts";
import { openStage, type Sample, type Stage, type StageOptions } from "./stage.ts";
import type { Running } from "./subject.ts";
import { textTable } from "./text-table.ts";

const ROOT = join(import.meta.dir, "..");

/** Functions and symbols of a table. */
const ROWS = 30;

/** Microseconds between two samples of JavaScript, and samples a second of everything. */
const INTERVAL = 250;
const FREQUENCY = 997;

export interface ProfileOptions extends Omit<StageOptions, "subjects"> {
  readonly subject: StageOptions["subjects"][number];
  readonly seconds: number;
  readonly warmUp: number;
  /** Where the profiles go; what stands before the ending of their names. */
  readonly folder: string;
  readonly prefix: string;
}

/**
 * Runs a case on ours twice, after warming up: with Bun's profiler, which knows functions, and, where there is one, under `perf`, which knows the
 * kernel, native code and threads. Gives both as tables, of the time of the measurement alone.
 */
export async function profileCase(each: Case, options: ProfileOptions): Promise<string> {
  const { subject, seconds, warmUp, folder, prefix } = options;
  mkdirSync(folder, { recursive: true });
  const name = `${prefix}.cpuprofile`;
  const stage = await openStage(each.group, { ...options, subjects: [subject] });
  const [server] = stage.servers;
  if (server === undefined) throw new Error(`${subject.name} did not start`);
  const parts: string[] = [];
  try {
    await stage.verify(each, server);
    await restarted(stage, each, server, {
      flags: ["--cpu-prof", `--cpu-prof-interval=${INTERVAL}`, `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`],
      warmUp,
    });
    const from = Date.now() * 1000;
    const sample = await stage.run(each, server, seconds);
    const window = { from, to: Date.now() * 1000 };
    // It is written when the process ends.
    await restarted(stage, each, server, { flags: [], warmUp });
    parts.push(
      describe(each, sample),
      functionTable(await Bun.file(join(folder, name)).text(), window),
      `Bun's profile: ${relative(ROOT, join(folder, name))}`,
    );
    if (sample.startup === undefined) parts.push(await underPerf(server, join(folder, `${prefix}.perf`), () => stage.run(each, server, seconds)));
  } finally {
    await stage.close();
  }
  return parts.join("\n\n");
}

async function restarted(stage: Stage, each: Case, server: Running, { flags, warmUp }: { flags: readonly string[]; warmUp: number }): Promise<void> {
  await server.restart(flags);
  await server.ready();
  await stage.run(each, server, warmUp);
}

function describe(each: Case, { figure, cpu }: Sample): string {
  return `${each.title}: ${figure.toPrecision(4)} ${each.figure}${cpu === undefined ? "" : `, ${(cpu * 1e6).toPrecision(3)} us CPU`}, with the profiler`;
}

function functionTable(text: string, window: Window): string {
  const rows = selfTimes(text, window)
    .slice(0, ROWS)
    .map(({ name, place, share }) => [name, `${(100 * share).toFixed(1)} %`, place.replace(`${ROOT}/`, "").replace("file://", "")]);
  return textTable(["function, by its own time", "share", "place"], rows);
}

/** What `perf` sees of a server while something runs; where it cannot be used, why. */
async function underPerf(server: Running, file: string, run: () => Promise<unknown>): Promise<string> {
  if (Bun.which("perf") === null) return "perf is not installed: kernel and native code are not taken apart";
  const recording = Bun.spawn(["perf", "record", "-q", "-F", String(FREQUENCY), "-g", "-p", String(server.pid), "-o", file], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  try {
    await run();
  } finally {
    recording.kill("SIGINT");
  }
  const [errors] = await Promise.all([recording.stderr.text(), recording.exited]);
  const tables: string[] = [];
  // Bun's own code has no symbols, so that its addresses are only something together.
  for (const [columns, rows] of [["comm,dso", ROWS / 2] as const, ["comm,dso,symbol", ROWS] as const]) {
    const report = Bun.spawnSync(["perf", "report", "-i", file, "--stdio", "--no-children", "-g", "none", "--sort", columns], {
      stdin: "ignore",
      timeout: 120_000,
    });
    if (!report.success) return `perf cannot be used here: ${errors.trim().split("\n")[0] || report.stderr.toString().trim().split("\n")[0]}`;
    const lines = report.stdout
      .toString()
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("#"))
      .map((line) => line.replace(/[\s-]+$/, ""));
    tables.push(`share  ${columns.replaceAll(",", ", ")}\n${lines.slice(0, rows).join("\n")}`);
  }
  return `${tables.join("\n\n")}\n\nperf's profile: ${relative(ROOT, file)}`;
}
