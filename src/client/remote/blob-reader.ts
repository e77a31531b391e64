import type { Descriptor } from "../../oci/descriptor.ts";
import { digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { ReadOptions } from "../content/content.ts";
import type { Reply } from "../transport/request.ts";
import { pause } from "../transport/retry.ts";
import { nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { expectStatus } from "./reply-error.ts";

/** Times in a row that a download goes on without having got a byte. */
const FRUITLESS_LIMIT = 4;

/** Milliseconds before a download goes on; doubles while it gets nowhere. */
const RESUME_DELAY = 200;

/**
 * Downloads a blob, verified while it passes. A download that breaks off goes on where it was (distribution-spec, "Pulling
 * blobs": Range); a registry that cannot do that sends the beginning again, which is left out.
 * @throws ClientError `invalid` at the end when the bytes are not what the digest says
 */
export async function* readBlob(connection: RepositoryConnection, descriptor: Descriptor, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  const hasher = new Bun.CryptoHasher(digestAlgorithm(digest));
  const label = `${nameOf(connection)}@${digest}`;
  let done = 0;
  let fruitless = 0;
  for (;;) {
    const before = done;
    try {
      const reply = await ask(connection, descriptor, { start: done, signal: options.signal, label });
      let skip = reply.status === 206 ? 0 : done;
      for await (const piece of reply.stream()) {
        const fresh = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - fresh.length;
        if (fresh.length === 0) continue;
        done += fresh.length;
        if (done > size) throw new ClientError("invalid", `${label} has more than the ${size} bytes that its descriptor says: it was not used`);
        hasher.update(fresh);
        yield fresh;
      }
      if (done >= size) break;
      throw new ClientError("network", `cannot download ${label}: it ended after ${done} of ${size} bytes`);
    } catch (error) {
      if (!isClientError(error, "network") || options.signal?.aborted) throw error;
      fruitless = done > before ? 0 : fruitless + 1;
      if (done === 0 || fruitless >= FRUITLESS_LIMIT) throw error;
      await pause(RESUME_DELAY * 2 ** fruitless * (0.5 + Math.random() / 2), options.signal);
    }
  }
  if (hasher.digest("hex") !== digestEncoded(digest)) {
    throw new ClientError("invalid", `${label} is not what its digest says: the registry, or something before it, changed it; it was not used`);
  }
}

interface Question {
  readonly start: number;
  readonly signal: AbortSignal | undefined;
  readonly label: string;
}

async function ask(connection: RepositoryConnection, { digest, size }: Descriptor, { start, signal, label }: Question): Promise<Reply> {
  const reply = await connection.transport.send({
    method: "GET",
    url: repositoryUrl(connection, `blobs/${digest}`),
    scopes: scopeOf(connection, "pull"),
    ...(start > 0 && { headers: { Range: `bytes=${start}-${size - 1}` } }),
    ...(signal && { signal }),
  });
  await expectStatus(reply, start > 0 ? [200, 206] : [200], { ...connection, what: `cannot download ${label}` });
  if (reply.status === 206 && !reply.headers.get("Content-Range")?.startsWith(`bytes ${start}-`)) {
    throw new ClientError("invalid", `cannot download ${label}: the registry sent another part than it was asked for`);
  }
  return reply;
}
