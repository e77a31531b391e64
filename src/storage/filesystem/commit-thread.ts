import type { CommitBackend } from "./group-commit.ts";
import type { CommitResult, SmallBlob } from "./small-blobs.ts";
import { WorkerClient } from "./worker-client.ts";

export interface CommitOptions {
  readonly root: string;
  readonly durable: boolean;
  /** Bytes after which a journal is retired. */
  readonly journalBytes: number | undefined;
}

/** To the commit worker: `open` comes first and is not answered; `sync` is all that a worker without it may be asked. */
export type CommitRequest =
  | ({ readonly type: "open" } & CommitOptions)
  | { readonly type: "commit"; readonly request: number; readonly blobs: readonly SmallBlob[] }
  | { readonly type: "close"; readonly request: number }
  | { readonly type: "sync"; readonly request: number; readonly path: string };

/** From the commit worker. `error` when the request failed as a whole. */
export interface CommitReply {
  readonly request: number;
  readonly results?: readonly CommitResult[] | undefined;
  readonly error?: string | undefined;
}

/** Milliseconds: a busy disk may hold up a sync for long. */
const ANSWER_LIMIT = 120_000;

/** Commits small content in a worker, which starts with the first batch. When it has failed, the next batch starts another. */
export function commitThread(options: CommitOptions): CommitBackend {
  let client: WorkerClient<CommitReply> | undefined;
  return {
    async commit(blobs) {
      if (client === undefined || client.ended) {
        client = new WorkerClient("commit", ANSWER_LIMIT);
        client.tell({ type: "open", ...options } satisfies CommitRequest);
      }
      const { results, error } = await client.ask((request) => ({ type: "commit", request, blobs }) satisfies CommitRequest);
      if (results === undefined) throw new Error(error ?? "the commit worker gave no results");
      return results;
    },
    async close() {
      if (client === undefined || client.ended) return;
      const { error } = await client.ask((request) => ({ type: "close", request }) satisfies CommitRequest);
      client.fail(new Error("the content store was closed"));
      if (error !== undefined) throw new Error(error);
    },
  };
}

/** Milliseconds: a disk may have much to write. */
const SYNC_LIMIT = 600_000;

/** Writes everything on the file system of `path` to the disk, in a thread that ends afterwards. */
export async function syncFileSystemInThread(path: string): Promise<void> {
  const client = new WorkerClient<CommitReply>("commit", SYNC_LIMIT);
  try {
    const { error } = await client.ask((request) => ({ type: "sync", request, path }) satisfies CommitRequest);
    if (error !== undefined) throw new Error(error);
  } finally {
    client.fail(new Error("done"));
  }
}
