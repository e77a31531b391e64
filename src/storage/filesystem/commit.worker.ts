/** Commits small content in a thread of its own, and syncs file systems. Messages: see `CommitRequest` and `CommitReply`. */
import { type CommitReply, type CommitRequest, syncFileSystemInThread } from "./commit-thread.ts";
import { layoutOf } from "./layout.ts";
import { SmallBlobs } from "./small-blobs.ts";
import { syncFiles } from "./sync-files.ts";
import { syncFileSystemNow } from "./system-calls.ts";

declare const self: Worker;

let blobs: SmallBlobs | undefined;
let retirement: ReturnType<typeof setTimeout> | undefined;
let tail: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<CommitRequest>) => {
  tail = tail.then(() => answer(data));
};

async function answer(message: CommitRequest): Promise<void> {
  if (message.type === "open") {
    const { root, durable, journalBytes } = message;
    blobs = new SmallBlobs({ files: syncFiles(syncFileSystemInThread), layout: layoutOf(root), durable, journalBytes });
    return;
  }
  const { request } = message;
  try {
    reply({ request, results: await handle(message) });
  } catch (error) {
    reply({ request, error: error instanceof Error ? error.message : String(error) });
  }
  scheduleRetirement();
}

async function handle(message: Exclude<CommitRequest, { type: "open" }>): Promise<CommitReply["results"]> {
  switch (message.type) {
    case "commit":
      return blobs?.commit(message.blobs);
    case "close":
      await blobs?.close();
      return undefined;
    case "sync":
      syncFileSystemNow(message.path);
      return undefined;
  }
}

function scheduleRetirement(): void {
  const due = blobs?.retireIn;
  if (due === undefined || retirement !== undefined) return;
  retirement = setTimeout(
    () => {
      retirement = undefined;
      tail = tail.then(() => (blobs?.retireIn === 0 ? blobs.retire() : undefined)).catch(() => undefined);
      tail = tail.then(scheduleRetirement);
    },
    Math.max(due, 1000),
  );
}

function reply(message: CommitReply): void {
  self.postMessage(message);
}
