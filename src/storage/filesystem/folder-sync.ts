import type { FileLayer } from "./file-layer.ts";

interface FolderQueue {
  running: Promise<void>;
  next: Promise<void> | undefined;
}

/** Group commit of folders: whoever asks while a sync of the folder runs shares the one that begins after it. */
export class FolderSync {
  readonly #files: FileLayer;
  readonly #queues = new Map<string, FolderQueue>();

  constructor(files: FileLayer) {
    this.#files = files;
  }

  /** Resolves when every change of the folder made before this call is durable. */
  sync(folder: string): Promise<void> {
    const queue = this.#queues.get(folder);
    if (queue === undefined) return this.#start(folder);
    queue.next ??= queue.running.then(
      () => this.#start(folder),
      () => this.#start(folder),
    );
    return queue.next;
  }

  #start(folder: string): Promise<void> {
    const queue: FolderQueue = { running: this.#files.syncFolder(folder), next: undefined };
    this.#queues.set(folder, queue);
    const settle = () => {
      if (queue.next === undefined) this.#queues.delete(folder);
    };
    queue.running.then(settle, settle);
    return queue.running;
  }
}
