import type { Descriptor } from "../../oci/descriptor.ts";
import { digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { ReadBlobOptions, ReadOptions } from "../content/content.ts";
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
 * blobs": Range), as does one of an earlier process; of a registry that cannot do that, or refuses it, it begins again, and what was there is left out.
 * @throws ClientError `invalid` at the end when the bytes are not what the digest says
 */
export async function* readBlob(connection: RepositoryConnection, descriptor: Descriptor, options: ReadBlobOptions = {}): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  const hasher = new Bun.CryptoHasher(digestAlgorithm(digest));
  const label = `${nameOf(connection)}@${digest}`;
  let done = 0;
  for await (const piece of options.begun?.read() ?? []) {
    done += piece.length;
    hasher.update(piece);
  }
  const begun = done;
  let fruitless = 0;
  let hasRanges = true;
  for (;;) {
    const before = done;
    try {
      const part: Reply | undefined = done > 0 && hasRanges ? await askPart(connection, descriptor, { start: done, ...options }) : undefined;
      hasRanges &&= done === 0 || part !== undefined;
      const reply = part ?? (await ask(connection, descriptor, options));
      await expectStatus(reply, part === undefined ? [200] : [200, 206], { ...connection, what: `cannot download ${label}` });
      const length = reply.headers.get("Content-Length");
      if (reply.status === 200 && length !== null && Number(length) < size) {
        await reply.discard();
        throw new ClientError("invalid", `${label} has ${length} bytes, not the ${size} that its descriptor says: it was not used`);
      }
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
      if (done === begun || fruitless >= FRUITLESS_LIMIT) throw error;
      await pause(RESUME_DELAY * 2 ** fruitless * (0.5 + Math.random() / 2), options.signal);
    }
  }
  if (hasher.digest("hex") !== digestEncoded(digest)) {
    throw new ClientError("invalid", `${label} is not what its digest says: the registry, or something before it, changed it; it was not used`);
  }
}

/** Answers to a request for a part of what cannot, or will not, give parts. */
const NO_RANGES: ReadonlySet<number> = new Set([400, 405, 406, 409, 412, 415, 416, 422, 501]);

/** Undefined where the registry does not give the part: some answer 400 or 416 to what they could answer in full. */
async function askPart(connection: RepositoryConnection, descriptor: Descriptor, part: ReadOptions & { readonly start: number }): Promise<Reply | undefined> {
  const { start } = part;
  const reply = await ask(connection, descriptor, part, { Range: `bytes=${start}-${descriptor.size - 1}` });
  const isOther = reply.status === 206 && !reply.headers.get("Content-Range")?.startsWith(`bytes ${start}-`);
  if (!isOther && !NO_RANGES.has(reply.status)) return reply;
  await reply.discard();
  return undefined;
}

async function ask(
  connection: RepositoryConnection,
  { digest }: Descriptor,
  { signal }: ReadOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return await connection.transport.send({
    method: "GET",
    url: repositoryUrl(connection, `blobs/${digest}`),
    scopes: scopeOf(connection, "pull"),
    headers,
    ...(signal && { signal }),
  });
}
