import type { CommitReply, CommitRequest } from "./commit-protocol.ts";
import { WorkerClient } from "./worker-client.ts";

/** Milliseconds: a disk may have much to write. */
const ANSWER_LIMIT = 600_000;

/** Writes everything on the file system of `path` to the disk, in a thread that ends afterwards. */
export async function syncFileSystemInThread(path: string): Promise<void> {
  const client = new WorkerClient<CommitReply>("commit", ANSWER_LIMIT);
  try {
    const { error } = await client.ask((request) => ({ type: "sync", request, path }) satisfies CommitRequest);
    if (error !== undefined) throw new Error(error);
  } finally {
    client.fail(new Error("done"));
  }
}
