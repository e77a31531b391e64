import type { CommitOptions, CommitReply, CommitRequest } from "./commit-protocol.ts";
import type { CommitBackend } from "./group-commit.ts";
import { WorkerClient } from "./worker-client.ts";

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
