import type { ByteRange } from "../content-store.ts";
import type { FileLayer } from "./file-layer.ts";

/** Bytes a read. */
const PIECE = 256 * 1024;

/** Streams a file, or a range of it cut to its size, as it is pulled. undefined when there is no such file. */
export async function openFileStream(files: FileLayer, path: string, range: ByteRange | undefined): Promise<ReadableStream<Uint8Array> | undefined> {
  const file = await files.open(path, "read");
  if (file === undefined) return undefined;
  let position = range?.start ?? 0;
  const end = range === undefined ? Number.POSITIVE_INFINITY : range.end + 1;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const buffer = new Uint8Array(Math.max(0, Math.min(PIECE, end - position)));
          const length = buffer.length === 0 ? 0 : await file.read(buffer, position);
          position += length;
          if (length > 0) return controller.enqueue(buffer.subarray(0, length));
          await file.close();
          controller.close();
        } catch (error) {
          await file.close().catch(() => undefined);
          throw error;
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
