import type { ByteRange } from "../content-store.ts";
import type { S3Client } from "./client.ts";

/** The bytes of an object, which is asked for when they are read: reading is where an absent one shows. */
export function openObject(client: S3Client, key: string, range: ByteRange | undefined): ReadableStream<Uint8Array> {
  let pieces: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= await open();
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces?.return?.();
      },
    },
    { highWaterMark: 0 },
  );

  async function open(): Promise<AsyncIterator<Uint8Array>> {
    const object = await client.get(key, { range });
    if (object === undefined) throw new Error(`the object ${key} is missing in the bucket; run 'opm scrub' to find what else is`);
    return object.body[Symbol.asyncIterator]();
  }
}
