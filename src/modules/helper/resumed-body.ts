import { ClientError, isClientError } from "../../client/client-error.ts";
import type { Reply } from "../../client/transport/request.ts";
import { pause } from "../../client/transport/retry.ts";

/** Times in a row that a download goes on without having got a byte. */
const FRUITLESS_LIMIT = 3;

/** Milliseconds before a download goes on; doubles while it gets nowhere. */
const RESUME_DELAY = 200;

export interface ResumeOptions {
  /** Asks for the rest from this byte on; an answer with the whole will do. @throws ClientError for any other answer */
  readonly again: (start: number) => Promise<Reply>;
  readonly signal: AbortSignal;
}

/**
 * The body of an answer that goes on where it broke off (RFC 9110, section 14: Range), where its length is known.
 * @throws ClientError `network` when that gets nowhere
 */
export async function* resumedBody(first: Reply, { again, signal }: ResumeOptions): AsyncGenerator<Uint8Array> {
  const length = first.headers.get("Content-Length") ?? "";
  if (!/^[0-9]{1,15}$/.test(length)) return yield* first.stream();
  const size = Number(length);
  let done = 0;
  let fruitless = 0;
  for (let reply = first; ; reply = await again(done)) {
    const before = done;
    let skip = reply.status === 206 ? 0 : done;
    try {
      for await (const piece of reply.stream()) {
        const fresh = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - fresh.length;
        if (fresh.length === 0) continue;
        done += fresh.length;
        yield fresh;
      }
      if (done >= size) return;
      throw new ClientError("network", `${first.url.host} ended a download after ${done} of ${size} bytes: try again later`);
    } catch (error) {
      if (!isClientError(error, "network") || signal.aborted) throw error;
      fruitless = done > before ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS_LIMIT) throw error;
      await pause(RESUME_DELAY * 2 ** fruitless, signal);
    }
  }
}
