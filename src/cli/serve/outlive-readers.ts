import { ignoreLostReaders } from "../output/terminal.ts";

/** What writing says when nobody reads any more: the reader of a pipe has ended, or the terminal is gone. */
const LOST: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

/** A server goes on when whoever reads its output ends: what it would have said is lost, what it serves is not. */
export function outliveReaders(): void {
  ignoreLostReaders();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!LOST.has(error.code ?? "")) throw error;
    });
  }
}
