import type { Descriptor } from "../../oci/descriptor.ts";
import { digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ClientError } from "../client-error.ts";
import type { BlobToPut, ByteStream } from "./content.ts";

/**
 * Passes bytes on and holds them against their descriptor; never passes on more than it says.
 * @param label for messages, what the bytes are of
 * @throws ClientError `invalid` at the end when they are not the descriptor's
 */
export async function* verified(stream: ByteStream, { digest, size }: Pick<Descriptor, "digest" | "size">, label: string): AsyncGenerator<Uint8Array> {
  const hasher = new Bun.CryptoHasher(digestAlgorithm(digest));
  let done = 0;
  for await (const piece of stream) {
    done += piece.length;
    if (done > size) throw new ClientError("invalid", `${label} has more than the ${size} bytes that its descriptor says: it was not used`);
    hasher.update(piece);
    yield piece;
  }
  if (done < size) throw new ClientError("invalid", `${label} has ${done} bytes, not the ${size} that its descriptor says: it was not used`);
  if (hasher.digest("hex") !== digestEncoded(digest))
    throw new ClientError("invalid", `${label} is not what its digest says: it was damaged or changed; it was not used`);
}

/** The bytes of a blob that is put somewhere, verified by whoever does it. */
export function verifiedBlob({ descriptor, open, verified: isVerified }: BlobToPut, signal: AbortSignal | undefined): ByteStream {
  const stream = open(signal ?? new AbortController().signal);
  return isVerified === true ? stream : verified(stream, descriptor, descriptor.digest);
}

/** Bytes that are in memory, as a stream. */
export async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All bytes of a stream that is known to be short. */
export async function collect(stream: ByteStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}
