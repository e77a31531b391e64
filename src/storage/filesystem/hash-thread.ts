import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { HashReply, HashRequest } from "./hash-protocol.ts";
import { WorkerClient } from "./worker-client.ts";

/** Milliseconds after which a worker that does not answer counts as failed. It hashes 256 KiB in under one. */
const ANSWER_LIMIT = 30_000;

/** What starts hashes in another thread. */
export type HashStarter = Pick<HashThread, "begin">;

/** A running hash in the worker. The bytes of `buffer` must stay as they are until `update` resolves. */
export interface ThreadHash {
  update(buffer: SharedArrayBuffer, length: number): Promise<void>;
  /** Lower-case hex of all bytes so far; the hash may go on. */
  digest(): Promise<string>;
  discard(): void;
}

/** Hashes in a worker, which starts with the first hash. When it has failed, the next hash starts another. */
export class HashThread {
  #client: WorkerClient<HashReply> | undefined;
  #hashes = 0;

  /** Starts a hash. Its methods reject when the worker it began in has failed. */
  begin(algorithm: DigestAlgorithm): ThreadHash {
    if (this.#client === undefined || this.#client.ended) this.#client = new WorkerClient("hash", ANSWER_LIMIT);
    const client = this.#client;
    const hash = ++this.#hashes;
    client.tell({ type: "begin", hash, algorithm } satisfies HashRequest);
    return {
      update: async (buffer, length) => {
        await client.ask((request) => ({ type: "update", hash, request, buffer, length }) satisfies HashRequest);
      },
      digest: async () => {
        const { hex } = await client.ask((request) => ({ type: "digest", hash, request }) satisfies HashRequest);
        if (hex === undefined) throw new Error("the hash worker does not know the hash");
        return hex;
      },
      discard: () => client.tell({ type: "discard", hash } satisfies HashRequest),
    };
  }

  close(): void {
    this.#client?.fail(new Error("the content store was closed"));
  }
}
