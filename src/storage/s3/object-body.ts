import type { ByteRange } from "../content-store.ts";
import type { Answer } from "./attempt.ts";
import { S3Error } from "./error.ts";

/** What is left of an object that is being read: its bytes, and the ETag under which they belong together. */
export interface Rest {
  readonly range: ByteRange;
  readonly etag: string | undefined;
}

/** Asks for the rest of an object anew. */
export type AskAgain = (rest: Rest) => Promise<Answer>;

/** Breaks without a byte in between, after which reading gives up. */
const FRUITLESS = 5;

/**
 * The bytes of an answer to GET. Where they break off, reading goes on with a request for the rest, before the reader notices;
 * nothing is asked for while nobody reads.
 * @param range the bytes of the object that the answer has
 */
export function objectBody(answer: Answer, { range, etag }: Rest, again: AskAgain): ReadableStream<Uint8Array> {
  let current = answer;
  let { start } = range;
  const { end } = range;
  let fruitless = 0;
  const next = async (): Promise<Uint8Array | undefined> => {
    while (start <= end) {
      try {
        const piece = await current.next();
        if (piece === undefined) throw new S3Error(`S3 sent ${end + 1 - start} bytes less than it said`, { code: "BodyTooShort", passing: true });
        if (piece.length > end + 1 - start) throw new S3Error("S3 sent more bytes than were asked for", { code: "BodyTooLong" });
        start += piece.length;
        fruitless = 0;
        return piece;
      } catch (error) {
        current.dismiss();
        if (!(error instanceof S3Error && error.passing) || ++fruitless > FRUITLESS) throw error;
        current = await again({ range: { start, end }, etag });
      }
    }
    return undefined;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: () => current.dismiss(),
    },
    { highWaterMark: 0 },
  );
}
