import { dlopen, FFIType } from "bun:ffi";
import { readdirSync, readFileSync } from "node:fs";
import { memoryOf } from "../processes.ts";

/** Milliseconds for one command, and for a process that it left behind to end. */
const COMMAND_LIMIT = 120_000;
const ORPHAN_LIMIT = 10_000;

/** Milliseconds between looks at the memory. */
const LOOK = 3;

/** `PR_SET_CHILD_SUBREAPER` and `WNOHANG` of Linux. */
const SUBREAPER = 36;
const NO_HANG = 1;

/** Words of `struct rusage`; the first four are seconds and microseconds of user and system time. */
const USAGE_WORDS = 18;

const { symbols: system } = dlopen("libc.so.6", {
  prctl: { args: [FFIType.i32, FFIType.u64, FFIType.u64, FFIType.u64, FFIType.u64], returns: FFIType.i32 },
  wait4: { args: [FFIType.i32, FFIType.ptr, FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
});
// the helper of a command that ends first becomes our child, so that its CPU time counts
system.prctl(SUBREAPER, 1n, 0n, 0n, 0n);

export interface Place {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Sample {
  /** Wall time from start to end of the process, in milliseconds. */
  readonly wall: number;
  /** CPU time of the process and all that it started, in milliseconds. */
  readonly cpu: number;
}

/** Runs a command to its end. One at a time. @throws Error where it fails */
export async function runCommand(argv: readonly string[], place: Place): Promise<Sample> {
  const before = new Set(children());
  const started = performance.now();
  const child = spawn(argv, place);
  const code = await child.exited;
  const wall = performance.now() - started;
  if (code !== 0) throw new Error(`${argv.join(" ")} exited with ${code}: ${await child.stderr.text()}`);
  let cpu = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000;
  for (const orphan of children()) if (!before.has(orphan) && orphan !== child.pid) cpu += await cpuOf(orphan);
  return { wall, cpu };
}

/** The most memory that a command and all that it starts had, as the sum of each one's most, in bytes. */
export async function peakMemory(argv: readonly string[], place: Place): Promise<number> {
  const child = spawn(argv, place);
  let peak = 0;
  let isOver = false;
  const end = child.exited.then((code) => {
    isOver = true;
    if (code !== 0) throw new Error(`${argv.join(" ")} exited with ${code}`);
  });
  while (!isOver) {
    try {
      peak = Math.max(peak, memoryOf(child.pid).peak);
    } catch {
      // it ended in the middle of the look
    }
    await Bun.sleep(LOOK);
  }
  await end;
  return peak;
}

function spawn(argv: readonly string[], { directory, environment }: Place) {
  return Bun.spawn([...argv], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: COMMAND_LIMIT,
    killSignal: "SIGKILL",
  });
}

async function cpuOf(orphan: number): Promise<number> {
  const usage = new BigInt64Array(USAGE_WORDS);
  for (const end = Date.now() + ORPHAN_LIMIT; Date.now() < end; await Bun.sleep(1)) {
    const ended = system.wait4(orphan, null, NO_HANG, usage);
    if (ended === 0) continue;
    const [userSeconds = 0n, userMicros = 0n, systemSeconds = 0n, systemMicros = 0n] = usage;
    return Number((userSeconds + systemSeconds) * 1000n) + Number(userMicros + systemMicros) / 1000;
  }
  throw new Error(`process ${orphan} did not end with the command that started it`);
}

function children(): number[] {
  return readdirSync("/proc/self/task").flatMap((thread) => {
    const text = readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  });
}
