import type { RegistryError } from "../oci/errors.ts";
import type { HttpRequest } from "./http.ts";

export interface SmallBody {
  /** Bytes. */
  readonly limit: number;
  readonly tooLarge: () => RegistryError;
  /** Told of each piece; what it throws ends the reading. */
  readonly eachPiece?: () => void;
}

/**
 * Reads a whole body that must be small.
 * @throws RegistryError as reading the body; `tooLarge()` when it is longer than `limit`
 */
export async function readSmallBody(request: HttpRequest, { limit, tooLarge, eachPiece }: SmallBody): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(request.header("content-length") ?? Number.NaN);
  if (length > limit) throw tooLarge();
  // Of known length it is put together as it arrives, so that it is in memory once.
  const whole = length >= 0 ? new Uint8Array(length) : undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    eachPiece?.();
    if (size + chunk.length > (whole?.length ?? limit)) throw tooLarge();
    if (whole === undefined) chunks.push(chunk);
    else whole.set(chunk, size);
    size += chunk.length;
  }
  return whole?.subarray(0, size) ?? new Uint8Array(Buffer.concat(chunks, size));
}
