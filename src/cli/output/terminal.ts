import { writeSync } from "node:fs";

/** What `process.stdout` and `node:tty` ask in the end. Setting up a stream, or loading the module, takes 9 ms: twice the start of a process. */
interface TerminalBinding {
  isTTY(descriptor: number): boolean;
  /** Of a terminal only. */
  readonly TTY: new (
    descriptor: number,
  ) => {
    /** Sets columns and rows. False where it does not know. */
    getWindowSize(size: [columns: number, rows: number]): boolean;
  };
}

/** Undefined on Windows, whose consoles answer to the streams alone. */
const binding = process.platform === "win32" ? undefined : (process.binding("tty_wrap") as TerminalBinding);

/** Milliseconds before a full pipe is tried again. */
const PIPE_WAIT = 1;

/** True where standard output is a terminal. */
export function isOutTerminal(): boolean {
  return isTerminal(1);
}

/** True where standard error is a terminal. */
export function isErrTerminal(): boolean {
  return isTerminal(2);
}

/** Columns of the terminal that standard output is; undefined where it is none, or does not say. */
export function outColumns(): number | undefined {
  return columnsOf(1);
}

/** The same of standard error. */
export function errColumns(): number | undefined {
  return columnsOf(2);
}

function isTerminal(descriptor: 1 | 2): boolean {
  return binding === undefined ? process.getBuiltinModule("node:tty").isatty(descriptor) : binding.isTTY(descriptor);
}

function columnsOf(descriptor: 1 | 2): number | undefined {
  if (!isTerminal(descriptor)) return undefined;
  if (binding === undefined) return (descriptor === 1 ? process.stdout : process.stderr).columns || undefined;
  const size: [number, number] = [0, 0];
  return (new binding.TTY(descriptor).getWindowSize(size) && size[0]) || undefined;
}

/** What writing says when nobody reads any more: the reader of a pipe has ended, or the terminal is gone. */
const LOST: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

let readersMayGo = false;

/** A server goes on when whoever reads its output ends: from now on what nobody reads any more is dropped, and what it serves is not. */
export function outliveReaders(): void {
  readersMayGo = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!LOST.has(error.code ?? "")) throw error;
    });
  }
}

/** Writes to standard output. Who reads it may stop reading (`opm … | head`): that ends the command, and is no error. */
export function writeOut(text: string | Uint8Array): void {
  writeFully(1, text);
}

/** Writes to standard error. Nobody need read it. */
export function writeErr(text: string): void {
  writeFully(2, text);
}

function writeFully(descriptor: 1 | 2, text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (readersMayGo && (code === "EPIPE" || code === "EIO")) return;
      // What a command says beside its output is not what it does: it goes on, and its exit code is true.
      if (code === "EPIPE" && descriptor === 2) return;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(PIPE_WAIT);
    }
  }
}
