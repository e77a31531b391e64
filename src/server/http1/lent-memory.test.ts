import { expect, test } from "bun:test";
import fc from "fast-check";
import { bytesOf } from "../../storage/testing/content.ts";
import { emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import { serveInMemory } from "./testing/memory-wire.ts";
import { inPieces } from "./testing/pieces.ts";

/** How long the consumer is at a piece. */
type Pace = "now" | "turn" | "later";

const upload = fc.record({
  size: fc.integer({ min: 1, max: 200_000 }),
  /** Bytes of each chunk; null: its length is announced. */
  chunk: fc.option(fc.integer({ min: 500, max: 60_000 })),
  /** Its end is malformed, or does not come. */
  isBroken: fc.boolean(),
  pieces: fc.array(fc.oneof(fc.integer({ min: 200, max: 2000 }), fc.integer({ min: 2000, max: 200_000 })), { minLength: 1, maxLength: 5 }),
  paces: fc.array(fc.constantFrom<Pace>("now", "now", "turn", "later"), { minLength: 1, maxLength: 8 }),
});
type Upload = typeof upload extends fc.Arbitrary<infer T> ? T : never;

const CONTENT = bytesOf(300_000);

/** Uploads at the same time have different bytes. */
const contentOf = (index: number, size: number) => CONTENT.subarray(1000 * index, 1000 * index + size);

function wireForm({ size, chunk, isBroken }: Upload, index: number): Buffer {
  const head = `PATCH /${index} HTTP/1.1\r\nHost: localhost\r\n`;
  const content = contentOf(index, size);
  if (chunk === null) return Buffer.concat([Buffer.from(`${head}Content-Length: ${isBroken ? size + 1 : size}\r\n\r\n`), content]);
  const chunks = inPieces(Buffer.from(content), [chunk]).flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);
  return Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), ...chunks, Buffer.from(isBroken ? "no size\r\n" : "0\r\n\r\n")]);
}

async function settled(pace: Pace): Promise<void> {
  await new Promise((resolve) => (pace === "turn" ? setImmediate(resolve) : setTimeout(resolve, 2)));
}

test("what is received stays as it is until its consumer is done with it, on several connections at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(upload, { minLength: 1, maxLength: 4 }), async (uploads) => {
      const changed: string[] = [];
      /** By upload: bytes that were taken whole, and whether the body came to its end. */
      const outcomes: { readonly taken: number; readonly isWhole: boolean }[] = [];
      const handle = async ({ path, body }: HttpRequest): Promise<HttpReply> => {
        const index = Number(path.slice(1));
        const { paces = [] } = uploads[index] ?? {};
        let [at, count, taken] = [0, 0, 0];
        const take = (piece: Uint8Array): Promise<void> | undefined => {
          const wanted = contentOf(index, at + piece.length).subarray(at);
          at += piece.length;
          const check = () => {
            if (Buffer.compare(piece, wanted) !== 0) changed.push(`${path} before ${at}`);
            taken += wanted.length;
          };
          const pace = paces[count++ % paces.length] ?? "now";
          if (pace !== "now") return settled(pace).then(check);
          check();
          return undefined;
        };
        const [drained] = await Promise.allSettled([body.drain?.(take, new AbortController().signal)]);
        // what the consumer has begun goes on
        while (taken < at) await settled("turn");
        outcomes[index] = { taken, isWhole: drained.status === "fulfilled" };
        return emptyReply(200);
      };
      const send = async (each: Upload, index: number) => {
        const { wire, connections } = serveInMemory({ handle });
        wire.read(2 ** 40);
        for (const piece of inPieces(wireForm(each, index), each.pieces)) {
          while (wire.isPaused) await settled("turn");
          wire.send(piece);
          await settled("turn");
        }
        wire.finish();
        while (outcomes[index] === undefined) await settled("turn");
        await connections.stop();
      };
      await Promise.all(uploads.map(send));
      expect(changed).toEqual([]);
      expect(outcomes).toMatchObject(uploads.map(({ size, isBroken }) => (isBroken ? { isWhole: false } : { taken: size, isWhole: true })));
    }),
    { numRuns: 60 },
  );
}, 60_000);
