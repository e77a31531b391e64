/** Hashes files in a thread of its own, from the page cache when they were just written. Messages: see `HashRequest` and `HashReply`. */
import { closeSync, openSync, readSync } from "node:fs";
import type { HashReply, HashRequest } from "./hash-thread.ts";

declare const self: Worker;

interface Hash {
  readonly path: string;
  /** Open while it is read: an open file keeps its room on the disk, whoever removes it. */
  file: number | undefined;
  readonly hasher: Bun.CryptoHasher;
  position: number;
}

/** A hash whose file could not be read is the reason. */
const hashes = new Map<number, Hash | string>();

/** Small enough for the processor's cache: what was read is hashed from there. */
const buffer = new Uint8Array(256 * 1024);

self.onmessage = ({ data }: MessageEvent<HashRequest>) => {
  const { type, hash } = data;
  switch (type) {
    case "begin":
      hashes.set(hash, { path: data.path, file: undefined, hasher: new Bun.CryptoHasher(data.algorithm), position: 0 });
      break;
    case "advance":
      attempt(hash, () => advance(running(hash), data.to));
      reply({ request: data.request, failure: failureOf(hash) });
      break;
    case "digest":
      reply({ request: data.request, hex: failureOf(hash) === undefined ? running(hash).hasher.copy().digest("hex") : undefined, failure: failureOf(hash) });
      break;
    case "rest":
      attempt(hash, () => closeFile(running(hash)));
      break;
    case "discard":
      attempt(hash, () => closeFile(running(hash)));
      hashes.delete(hash);
      break;
  }
};

function advance(hash: Hash, to: number): void {
  while (hash.position < to) {
    hash.file ??= openSync(hash.path, "r");
    const length = readSync(hash.file, buffer, 0, Math.min(buffer.length, to - hash.position), hash.position);
    if (length === 0) throw new Error(`the file ends at ${hash.position} of ${to} bytes`);
    hash.hasher.update(buffer.subarray(0, length));
    hash.position += length;
  }
}

function closeFile(hash: Hash): void {
  const { file } = hash;
  hash.file = undefined;
  if (file !== undefined) closeSync(file);
}

function attempt(hash: number, work: () => void): void {
  if (typeof hashes.get(hash) === "string") return;
  try {
    work();
  } catch (error) {
    const known = hashes.get(hash);
    if (typeof known === "object") closeFile(known);
    hashes.set(hash, error instanceof Error ? error.message : String(error));
  }
}

function running(hash: number): Hash {
  const known = hashes.get(hash);
  if (typeof known !== "object") throw new Error(`there is no running hash ${hash}`);
  return known;
}

function failureOf(hash: number): string | undefined {
  const known = hashes.get(hash);
  return typeof known === "object" ? undefined : (known ?? `there is no hash ${hash}`);
}

function reply(message: HashReply): void {
  self.postMessage(message);
}
