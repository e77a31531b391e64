export interface ClientSample {
  /** Wall time in seconds, from start to end of the process. */
  readonly seconds: number;
  /** CPU time of the process in seconds. */
  readonly cpu: number;
}

export interface ClientRun {
  /** Milliseconds for the command. */
  readonly limit?: number;
  /** Told the id of the process when it has started. */
  readonly onStart?: (pid: number) => void;
}

/** Runs a client that has nothing but a folder. @throws Error with what it said when it fails */
export async function runClient(command: readonly string[], home: string, { limit = 120_000, onStart }: ClientRun = {}): Promise<ClientSample> {
  const started = performance.now();
  const child = Bun.spawn([...command], {
    cwd: home,
    env: { PATH: process.env.PATH ?? "", HOME: home, DOCKER_CONFIG: home, TMPDIR: home, XDG_RUNTIME_DIR: home },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: limit,
    killSignal: "SIGKILL",
  });
  onStart?.(child.pid);
  const code = await child.exited;
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command.join(" ")} exited with ${code}: ${await child.stderr.text()}`);
  const usage = child.resourceUsage();
  return { seconds, cpu: Number(usage?.cpuTime.total ?? 0) / 1e6 };
}
