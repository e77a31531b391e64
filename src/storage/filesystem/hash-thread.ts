import type { DigestAlgorithm } from "../../oci/digest.ts";
import { WorkerClient } from "./worker-client.ts";

/** To the hash worker. `hash` names a running hash of a file; what has a `request` is answered once, in order. */
export type HashRequest =
  | { readonly type: "begin"; readonly hash: number; readonly path: string; readonly algorithm: DigestAlgorithm }
  /** Hashes on up to byte `to` of the file. */
  | { readonly type: "advance"; readonly hash: number; readonly request: number; readonly to: number }
  | { readonly type: "digest"; readonly hash: number; readonly request: number }
  /** Gives the file back until the hash goes on. */
  | { readonly type: "rest"; readonly hash: number }
  | { readonly type: "discard"; readonly hash: number };

/** From the hash worker. `hex` answers `digest`; `failure` says why the file could not be read. */
export interface HashReply {
  readonly request: number;
  readonly hex?: string | undefined;
  readonly failure?: string | undefined;
}

/** Milliseconds after which a worker that does not answer counts as failed. */
const ANSWER_LIMIT = 30_000;

/** What starts hashes in another thread. */
export type HashStarter = Pick<HashThread, "begin">;

/** A running hash of a file, which the worker reads for itself. Rejects when it cannot, or has failed. */
export interface ThreadHash {
  /** Resolves when the first `to` bytes are hashed, which were written before the call. Calls need not wait for one another. */
  advance(to: number): Promise<void>;
  /** Lower-case hex of what is hashed; the hash may go on. */
  digest(): Promise<string>;
  /** Gives the file back until the hash goes on, by its path. */
  rest(): void;
  discard(): void;
}

/** Hashes files in a worker, which starts with the first hash. When it has failed, the next hash starts another. */
export class HashThread {
  #client: WorkerClient<HashReply> | undefined;
  #hashes = 0;

  begin(algorithm: DigestAlgorithm, path: string): ThreadHash {
    if (this.#client === undefined || this.#client.ended) this.#client = new WorkerClient("hash", ANSWER_LIMIT);
    const client = this.#client;
    const hash = ++this.#hashes;
    client.tell({ type: "begin", hash, path, algorithm } satisfies HashRequest);
    return {
      advance: async (to) => {
        const { failure } = await client.ask((request) => ({ type: "advance", hash, request, to }) satisfies HashRequest);
        if (failure !== undefined) throw new Error(failure);
      },
      digest: async () => {
        const { hex, failure } = await client.ask((request) => ({ type: "digest", hash, request }) satisfies HashRequest);
        if (hex === undefined) throw new Error(failure);
        return hex;
      },
      rest: () => client.tell({ type: "rest", hash } satisfies HashRequest),
      discard: () => client.tell({ type: "discard", hash } satisfies HashRequest),
    };
  }

  close(): void {
    this.#client?.fail(new Error("the content store was closed"));
  }
}
