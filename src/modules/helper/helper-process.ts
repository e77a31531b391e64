import { ModuleError } from "./helper.ts";

/** Bytes of standard error that are kept, from its beginning. */
const STDERR_LIMIT = 64 * 1024;

/** Milliseconds that its standard error is waited for once it ended. */
const STDERR_WAIT = 200;

/** Characters of a line of it that a message has. */
const LINE_LIMIT = 200;

interface PieceReader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
}

/** Milliseconds that the helper has to end its work when it is told to. */
const STOP_LIMIT = 2000;

export interface HelperProgram {
  readonly path: string;
  /** True for the one that this executable was built with. */
  readonly isCarried: boolean;
}

/** A running helper, seen as two streams. */
export interface HelperProcess extends HelperProgram {
  readonly output: AsyncIterable<Uint8Array>;
  /** Never throws: what a helper that is gone does not take is lost. */
  write(bytes: Uint8Array): void;
  /** Resolves when it ended, to how it did: `was ended by SIGKILL`, `exited with 2 (panic: …)`. */
  readonly ended: Promise<string>;
  /** Tells it to end, which takes as long as what it does at the moment, and ends it after 2 s. */
  stop(): Promise<void>;
  /** Ends it, whatever it does. What it said last is lost. This process ends after it, as nobody else may reap it. */
  kill(): void;
}

/**
 * Starts the helper. It ends with this process, whose end closes its input.
 * @throws ModuleError `general` when it cannot be started
 */
export function startHelperProcess({ path, isCarried }: HelperProgram): HelperProcess {
  const child = spawn(path);
  const output = child.stdout.getReader();
  const errors = child.stderr.getReader();
  const said = readBeginning(errors);
  return {
    path,
    isCarried,
    output: piecesOf(output),
    write(bytes) {
      try {
        child.stdin.write(bytes);
        // a promise where the pipe is full
        Promise.resolve(child.stdin.flush()).catch(() => {});
      } catch {
        // its end is told by `ended`
      }
    },
    ended: child.exited.then(async (code) => {
      const line = crashLine(await Promise.race([said, quietly(STDERR_WAIT).then(() => "")]));
      const how = child.signalCode === null ? `exited with ${code}` : `was ended by ${child.signalCode}`;
      return line === "" ? how : `${how} (${line})`;
    }),
    async stop() {
      Promise.resolve(child.stdin.end()).catch(() => {});
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
      await child.exited;
      clearTimeout(timer);
    },
    kill() {
      child.kill("SIGKILL");
      for (const reader of [output, errors]) reader.cancel().catch(() => {});
    },
  };
}

function spawn(path: string) {
  try {
    return Bun.spawn([path], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModuleError(
      "general",
      `the CUE helper ${path} cannot be started: ${reason}: is it a program for this machine, in a folder that may run programs?`,
      {
        cause: error,
      },
    );
  }
}

async function* piecesOf(reader: PieceReader): AsyncGenerator<Uint8Array> {
  for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) yield next.value;
}

async function readBeginning(reader: PieceReader): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of piecesOf(reader)) {
    if (size < STDERR_LIMIT) pieces.push(piece.subarray(0, STDERR_LIMIT - size));
    size += piece.length;
  }
  return Buffer.concat(pieces).toString();
}

/** What a crash begins with, else the first line. */
function crashLine(text: string): string {
  const lines = text.split("\n").map((line) => line.replaceAll(/\p{Cc}+/gu, " ").trim());
  const line = lines.find((line) => /^(?:panic|fatal error|runtime):/.test(line)) ?? lines.find((line) => line !== "") ?? "";
  return line.slice(0, LINE_LIMIT);
}

/** Waits, without keeping the program alive for it. @param time milliseconds */
export function quietly(time: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, time).unref());
}
