import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opmCommand, SOURCE } from "../cli/run-opm.ts";
import { storageUnderTest } from "./storage.ts";

/** Milliseconds within which a server must answer, and end after a signal. */
const START_LIMIT = 50_000;
const STOP_LIMIT = 50_000;

export interface TestServerOptions {
  /** Written to a file and given as `--config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Added to a minimal environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Executable to test. Default: what `opmCommand` gives. */
  readonly binary?: string;
  /** Port of loopback that it keeps through restarts. Default: whichever is free at each start. */
  readonly port?: number;
  /** Milliseconds by which its clock is ahead of the machine's. Then the program runs from its source. */
  readonly clockShift?: number;
  /** Runs the program from its source as a later build: see later-build.ts. */
  readonly laterBuild?: "adds" | "raises";
}

/** A server in a process of its own. `url`, `port` and `pid` change with `restart`. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly pid: number;
  /** Variables with which a command finds the stores that the run of the tests gave it: see storage.ts. */
  readonly storage: Readonly<Record<string, string>>;
  /** What it printed so far, all runs together. */
  stdout(): string;
  stderr(): string;
  /** Ends it, waits for the end and removes its data. Gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number>;
  /** Ends it at once (SIGKILL) and keeps its data. */
  kill(): Promise<void>;
  /** Ends it, unless it has ended, and starts it again on the same data. */
  restart(): Promise<void>;
}

/**
 * Starts `opm serve` on a free port of loopback with an empty data folder and waits until it says where it listens.
 * @throws Error with what it printed when it ends, or says nothing within 50 s
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "opm-test-"));
  const dataDir = join(folder, "data");
  const output = { stdout: "", stderr: "" };
  const command = serveCommand(folder, dataDir, options);
  const clock: Record<string, string> = options.clockShift === undefined ? {} : { OPM_TEST_CLOCK_SHIFT: String(options.clockShift) };
  const build: Record<string, string> = options.laterBuild === undefined ? {} : { OPM_TEST_LATER_BUILD: options.laterBuild };
  // A test that names stores of its own is about those.
  const storage = options.config !== undefined && "storage" in options.config ? undefined : await storageUnderTest();
  const underTest = { ...serverUnderTest(), ...storage?.environment };
  const environment = { PATH: process.env.PATH ?? "", HOME: folder, ...underTest, ...clock, ...build, ...options.env };
  const clear = async () => {
    rmSync(folder, { recursive: true, force: true });
    await storage?.end();
  };

  let running: Running;
  try {
    running = await launch(command, environment, output);
  } catch (error) {
    await clear();
    throw error;
  }
  return {
    get url() {
      return running.url;
    },
    get port() {
      return Number(new URL(running.url).port);
    },
    get pid() {
      return running.child.pid;
    },
    dataDir,
    storage: storage?.environment ?? {},
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async stop(signal = "SIGTERM") {
      try {
        return await end(running, signal);
      } finally {
        await clear();
      }
    },
    async kill() {
      await end(running, "SIGKILL");
    },
    async restart() {
      await end(running, "SIGTERM");
      running = await launch(command, environment, output);
    },
  };
}

/** `OPM_TEST_LISTENER` has the server listen by what its value names, `OPM_TEST_WORKERS` in so many processes, for suites that run so as well. */
function serverUnderTest(): Readonly<Record<string, string>> {
  const { OPM_TEST_LISTENER: listener, OPM_TEST_WORKERS: workers } = process.env;
  return { ...(listener !== undefined && { OPM_SERVER_LISTENER: listener }), ...(workers !== undefined && { OPM_SERVER_WORKERS: workers }) };
}

type Child = Bun.Subprocess<"ignore", "pipe", "pipe">;

interface Running {
  readonly child: Child;
  readonly url: string;
  /** Resolves when all that it printed has been read: the last of it comes after its end. */
  readonly read: Promise<unknown>;
}

function serveCommand(folder: string, dataDir: string, options: TestServerOptions): string[] {
  const command = programOf(options);
  command.push("serve", "--listen", `127.0.0.1:${options.port ?? 0}`, "--data", dataDir);
  if (options.config !== undefined) {
    const file = join(folder, "opm.yaml");
    writeFileSync(file, JSON.stringify(options.config));
    command.push("--config", file);
  }
  return command;
}

function programOf({ binary, clockShift, laterBuild }: TestServerOptions): string[] {
  const preloads = [...(clockShift === undefined ? [] : ["shifted-clock.ts"]), ...(laterBuild === undefined ? [] : ["later-build.ts"])];
  if (preloads.length > 0) return [process.execPath, ...preloads.flatMap((file) => ["--preload", join(import.meta.dir, file)]), SOURCE];
  return binary === undefined ? opmCommand() : [binary];
}

async function launch(command: string[], environment: Record<string, string>, output: { stdout: string; stderr: string }): Promise<Running> {
  const child = Bun.spawn(command, { env: environment, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const found = Promise.withResolvers<string>();
  let text = "";
  const collect = async (stream: ReadableStream<Uint8Array>, name: "stdout" | "stderr") => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const part = decoder.decode(bytes, { stream: true });
      output[name] += part;
      text += part;
      const match = /https?:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (match) found.resolve(match[0]);
    }
  };
  const read = Promise.all([collect(child.stdout, "stdout"), collect(child.stderr, "stderr")]);
  const timer = setTimeout(() => found.reject(new Error(`the server said no address within ${START_LIMIT} ms:\n${text}`)), START_LIMIT);
  void Promise.all([child.exited, read]).then(([code]) => found.reject(new Error(`the server ended with ${code}:\n${text}`)));
  try {
    return { child, url: await found.promise, read };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function end({ child, read }: Running, signal: NodeJS.Signals): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    late.reject(new Error(`the server did not end within ${STOP_LIMIT} ms of ${signal}`));
  }, STOP_LIMIT);
  try {
    const [code] = await Promise.race([Promise.all([child.exited, read]), late.promise]);
    return code;
  } finally {
    clearTimeout(timer);
  }
}
