/** Milliseconds for a command. */
const COMMAND_LIMIT = 50_000;

export interface TerminalOptions {
  readonly directory?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Columns. */
  readonly width: number;
  /** Called with all that was shown so far whenever there is more; what it gives is typed. */
  readonly type?: (shown: string) => string | undefined;
}

export interface Shown {
  readonly code: number;
  /** All that the terminal was sent, with what moves its cursor. */
  readonly shown: string;
}

/** Runs a command on a terminal until it has ended and all that it wrote has been read: the last of it comes after the end. */
export async function runOnTerminal(command: readonly string[], { directory, environment, width, type }: TerminalOptions): Promise<Shown> {
  const decoder = new TextDecoder();
  const end = Promise.withResolvers<void>();
  let shown = "";
  // a terminal that is made for the process ends with it; one that was made before would not
  const child = Bun.spawn([...command], {
    cwd: directory,
    env: environment,
    timeout: COMMAND_LIMIT,
    killSignal: "SIGKILL",
    terminal: {
      cols: width,
      data(terminal, bytes) {
        shown += decoder.decode(bytes, { stream: true });
        const typed = type?.(shown);
        if (typed !== undefined) terminal.write(typed);
      },
      exit: () => end.resolve(),
    },
  });
  const code = await child.exited;
  await end.promise;
  return { code, shown };
}
