/** Hashes what uploads wrote, in a thread of its own. Messages: see `HashRequest` and `HashReply`. */
import type { HashReply, HashRequest } from "./hash-protocol.ts";

declare const self: Worker;

const hashers = new Map<number, Bun.CryptoHasher>();

self.onmessage = ({ data }: MessageEvent<HashRequest>) => {
  switch (data.type) {
    case "begin":
      hashers.set(data.hash, new Bun.CryptoHasher(data.algorithm));
      break;
    case "update":
      hashers.get(data.hash)?.update(new Uint8Array(data.buffer, 0, data.length));
      reply({ request: data.request });
      break;
    case "digest":
      reply({ request: data.request, hex: hashers.get(data.hash)?.copy().digest("hex") });
      break;
    case "discard":
      hashers.delete(data.hash);
      break;
  }
};

function reply(message: HashReply): void {
  self.postMessage(message);
}
