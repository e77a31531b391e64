import { ContentStoreError, type UploadId } from "../content-store.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";

/**
 * A file beside that of an upload: another process waits for its lock. Whoever holds the lock and hears nothing from its source takes
 * the mark away, and gives way when it is set again: one that was left behind makes nobody wait.
 */
export class WantedMark {
  readonly #files: FileLayer;
  readonly #path: string;
  #seen = false;

  /** @param upload path of the upload's file */
  constructor(files: FileLayer, upload: string) {
    this.#files = files;
    this.#path = `${upload}.wanted`;
  }

  async set(): Promise<void> {
    if ((await this.#files.info(this.#path)) !== undefined) return;
    try {
      await (await this.#files.open(this.#path, "create"))?.close();
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }

  async clear(): Promise<void> {
    await this.#files.unlink(this.#path);
  }

  /** @throws ContentStoreError `taken-over` when another process waits */
  async giveWay(id: UploadId): Promise<void> {
    if ((await this.#files.info(this.#path)) === undefined) return;
    if (this.#seen) throw new ContentStoreError("taken-over", `another process goes on with the upload ${id}`);
    this.#seen = true;
    await this.clear();
  }
}
