/** Milliseconds between asking a process to end and ending it. */
const GRACE = 5000;

export interface RunOptions {
  /** Milliseconds after which the process and its children are ended. */
  readonly timeLimit: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Takes the output whole at the end, so that it does not mix with that of others. Default: it is printed as it comes. */
  readonly gather?: (output: string) => void;
  /** Takes the milliseconds of processor time of the process, and of those that it waited for. */
  readonly measure?: (cpu: number) => void;
}

/** How a process ended: `undefined` when all is well, else what to tell. */
export type Failure = string | undefined;

/** Runs a command with its output on ours, in a process group of its own so that nothing it started outlives it. */
export async function runProcess(command: readonly string[], options: RunOptions): Promise<Failure> {
  const child = Bun.spawn([...command], {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdin: "ignore",
    stdout: options.gather === undefined ? "inherit" : "pipe",
    stderr: options.gather === undefined ? "inherit" : "pipe",
    detached: true,
  });
  const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const end = (signal: NodeJS.Signals) => endGroup(child.pid, signal);
  const endNow = () => {
    end("SIGKILL");
    // after those that run beside it were ended, too
    setImmediate(() => process.exit(1));
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end("SIGTERM");
  }, options.timeLimit);
  const lastTimer = setTimeout(() => end("SIGKILL"), options.timeLimit + GRACE);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, endNow);
  try {
    const code = await child.exited;
    if (late) return `took longer than ${options.timeLimit / 1000} s`;
    if (child.signalCode !== null) return `ended by ${child.signalCode}`;
    return code === 0 ? undefined : `exited with ${code}`;
  } finally {
    clearTimeout(timer);
    clearTimeout(lastTimer);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, endNow);
    end("SIGKILL");
    options.gather?.((await output).join(""));
    options.measure?.(Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000);
  }
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return stream === undefined ? "" : await new Response(stream).text();
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // nothing of the group is left
  }
}
