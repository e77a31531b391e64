import type { ByteStream } from "../content/content.ts";
import type { Reply } from "../transport/request.ts";
import { type RepositoryConnection, scopeOf } from "./connection.ts";
import { expectStatus } from "./reply-error.ts";
import { uploadLocation } from "./upload-location.ts";

export interface ChunkedUpload {
  readonly location: URL;
  readonly stream: ByteStream;
  /** Bytes of each chunk but the last; the registry's own minimum counts where it is larger. */
  readonly chunkSize: number;
  /** The answer that opened the upload. */
  readonly start: Reply;
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Sends the bytes by PATCH (distribution-spec, "Pushing a blob in chunks") and gives the location to close the upload at. */
export async function sendChunks(connection: RepositoryConnection, upload: ChunkedUpload): Promise<URL> {
  const least = Number(upload.start.headers.get("OCI-Chunk-Min-Length") ?? 0);
  const chunk = new Uint8Array(Math.max(upload.chunkSize, Number.isSafeInteger(least) ? least : 0));
  let { location } = upload;
  let filled = 0;
  let sent = 0;
  const flush = async () => {
    const reply = await connection.transport.send({
      method: "PATCH",
      url: location,
      headers: { "Content-Type": "application/octet-stream", "Content-Range": `${sent}-${sent + filled - 1}` },
      body: chunk.subarray(0, filled),
      scopes: scopeOf(connection, "push"),
      signal: upload.signal,
    });
    await expectStatus(reply, [202, 201, 204], { ...connection, what: upload.what });
    await reply.discard();
    location = uploadLocation(connection, reply);
    sent += filled;
    filled = 0;
  };
  for await (const piece of upload.stream) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === chunk.length) await flush();
    }
  }
  if (filled > 0) await flush();
  return location;
}
