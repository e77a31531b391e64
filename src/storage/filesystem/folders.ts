import { dirname } from "node:path";
import type { FileLayer } from "./file-layer.ts";

/** Makes the folders of blobs when they are first needed, durably where asked, each once a process. */
export class Folders {
  readonly #files: FileLayer;
  readonly #sync: FolderSync | undefined;
  readonly #made = new Map<string, Promise<void>>();

  /** @param sync undefined: folders need not survive a loss of power */
  constructor(files: FileLayer, sync: FolderSync | undefined) {
    this.#files = files;
    this.#sync = sync;
  }

  /** Makes `path`; its parent must be there. */
  ensure(path: string): Promise<void> {
    let made = this.#made.get(path);
    if (made === undefined) {
      made = this.#make(path);
      this.#made.set(path, made);
      made.catch(() => this.#made.delete(path));
    }
    return made;
  }

  /** Makes `path` and what is missing above it. */
  async ensureWithParents(path: string): Promise<void> {
    if ((await this.#files.info(path)) !== undefined) return;
    await this.ensureWithParents(dirname(path));
    await this.ensure(path);
  }

  /** The parent is synced for a folder that was there as well: another process may have made it this moment. */
  async #make(path: string): Promise<void> {
    await this.#files.makeFolder(path);
    await this.#sync?.sync(dirname(path));
  }
}

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
