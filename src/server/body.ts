import { RegistryError } from "../oci/errors.ts";

/**
 * The body of a request as it arrives. Ends the request when no byte comes for `idle` milliseconds: an honest slow
 * client is never cut, a stalled one is.
 * @throws RegistryError `BLOB_UPLOAD_INVALID` (408) when it stalls, (400) when the client breaks it off
 */
export async function* readBody(request: Request, idle: number): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  let stalled = false;
  const timer = setTimeout(() => {
    stalled = true;
    void reader.cancel();
  }, idle);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (stalled)
        throw new RegistryError("BLOB_UPLOAD_INVALID", `no byte arrived for ${idle / 1000} seconds`, { status: 408, headers: { Connection: "close" } });
      if (done) return;
      timer.refresh();
      yield value;
    }
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new RegistryError("BLOB_UPLOAD_INVALID", "the request body broke off", { cause: error });
  } finally {
    clearTimeout(timer);
    reader.releaseLock();
  }
}

/**
 * Reads a whole body that must be small.
 * @param limit bytes
 * @throws RegistryError as `readBody`; `tooLarge()` when it is longer than `limit`
 */
export async function readSmallBody(request: Request, idle: number, limit: number, tooLarge: () => RegistryError): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readBody(request, idle)) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}
