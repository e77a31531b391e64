import type { BlobSource, ByteRange } from "../storage/content-store.ts";
import type { HeaderRecord } from "./headers.ts";

/** The answer to a GET of a blob, whole (200) or a part of it (206). */
export function sendBlob(source: BlobSource, range: ByteRange | undefined, headers: HeaderRecord, _transfer: { idle: number; signal: AbortSignal }): Response {
  const length = range === undefined ? source.size : range.end - range.start + 1;
  const status = range === undefined ? 200 : 206;
  headers["Content-Length"] = String(length);
  if (range !== undefined) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${source.size}`;
  const end = range === undefined ? undefined : range.end + 1;
  switch (source.kind) {
    case "bytes":
      return new Response(range === undefined ? source.bytes : source.bytes.subarray(range.start, end), { status, headers });
    case "file": {
      const file = Bun.file(source.path);
      headers["Content-Disposition"] = "attachment";
      return new Response(range === undefined ? file : file.slice(range.start, end), { status, headers });
    }
    case "stream":
      return new Response(source.open(range), { status, headers });
  }
}
