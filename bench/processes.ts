import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Milliseconds that a server gets to answer after its start, and to end after SIGTERM. */
const START_LIMIT = 60_000;
const STOP_LIMIT = 15_000;

/** Clock ticks of /proc in a second; the same on every Linux. */
const TICKS = 100;

export interface ServerProcess {
  readonly pid: number;
  /** Whether it has ended, by itself or by `stop`. */
  readonly ended: boolean;
  stop(): Promise<void>;
}

export interface SpawnOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a server with its output in `output.log` of its folder. */
export function spawnServer(command: readonly string[], { folder, environment = {} }: SpawnOptions): ServerProcess {
  const output = Bun.file(`${folder}/output.log`);
  const child = Bun.spawn([...command], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: output,
    stderr: output,
  });
  return {
    pid: child.pid,
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** Where a server answers, and what it printed. */
interface WaitOptions {
  readonly url: string;
  readonly log: string;
  /** The authority that its certificate is of, as PEM. */
  readonly tls?: { readonly ca: string };
}

/** Waits until a server answers HTTP on its port. Ends it when it does not. */
export async function waitForServer(name: string, server: ServerProcess, { url, log, tls }: WaitOptions): Promise<void> {
  const end = Date.now() + START_LIMIT;
  while (Date.now() < end && !server.ended) {
    const response = await fetch(url, tls && { tls }).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined && response.status < 500) return;
    await Bun.sleep(25);
  }
  const what = server.ended ? "ended before it answered" : `did not answer within ${START_LIMIT / 1000} s`;
  await server.stop();
  throw new Error(`${name} ${what}: ${readFileSync(log, "utf8").trim().slice(-2000)}`);
}

/** A port that was free a moment ago, for servers that cannot choose one themselves. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** CPU seconds of a process and its children so far. */
export function cpuSeconds(pid: number): number {
  let seconds = 0;
  for (const each of family(pid)) {
    // Fields 14 and 15 (utime, stime); the name in field 2 may hold spaces.
    const fields = readFileSync(`/proc/${each}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    seconds += (Number(fields[11]) + Number(fields[12])) / TICKS;
  }
  return seconds;
}

/** Bytes of memory of a process and its children: resident now, and at most since its start or `resetPeak`. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  let now = 0;
  let peak = 0;
  for (const each of family(pid)) {
    const status = readFileSync(`/proc/${each}/status`, "utf8");
    now += 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    peak += 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { now, peak };
}

/** Makes the peak of `memoryOf` start again from what is resident now. */
export function resetPeak(pid: number): void {
  for (const each of family(pid)) writeFileSync(`/proc/${each}/clear_refs`, "5");
}

function family(pid: number): number[] {
  const children: number[] = [];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim();
    if (text !== "") children.push(...text.split(" ").map(Number));
  }
  return [pid, ...children.flatMap(family)];
}
