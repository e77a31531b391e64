import type { RegistryError } from "../oci/errors.ts";
import type { HttpRequest } from "./http.ts";

/**
 * Reads a whole body that must be small.
 * @param limit bytes
 * @throws RegistryError as reading the body; `tooLarge()` when it is longer than `limit`
 */
export async function readSmallBody(request: HttpRequest, limit: number, tooLarge: () => RegistryError): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.header("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}
