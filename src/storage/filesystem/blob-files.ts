import { join } from "node:path";
import { type Digest, digestAlgorithm, isDigest } from "../../oci/digest.ts";
import { ContentStoreError, type ListedCopy } from "../content-store.ts";
import { refusal } from "./errors.ts";
import type { FileLayer } from "./file-layer.ts";
import { FolderSync, Folders } from "./folders.ts";
import { ALGORITHMS, type Layout } from "./layout.ts";

/** The files of finished content: placing, finding, listing and removing them. */
export class BlobFiles {
  readonly #layout: Layout;
  readonly #files: FileLayer;
  readonly #sync: FolderSync | undefined;
  readonly #folders: Folders;

  /** @param durable false: nothing is synced */
  constructor(layout: Layout, files: FileLayer, durable: boolean) {
    this.#layout = layout;
    this.#files = files;
    this.#sync = durable ? new FolderSync(files) : undefined;
    this.#folders = new Folders(files, this.#sync);
  }

  /**
   * Makes the folders that everything else lies in.
   * @param create false: there must be a store already
   * @throws ContentStoreError `absent`
   */
  async prepare(create: boolean): Promise<void> {
    if (!create && (await this.#files.info(this.#layout.blobs)) === undefined) {
      throw new ContentStoreError("absent", `there is no content store at ${this.#layout.root}: name its folder, or restore it`);
    }
    await this.#folders.ensureWithParents(this.#layout.root);
    await this.#folders.ensure(this.#layout.blobs);
    await this.#folders.ensure(this.#layout.uploads);
    await this.#folders.ensure(this.#layout.journals);
    await this.#folders.ensure(this.#layout.withdrawn);
    for (const algorithm of ALGORITHMS) await this.#folders.ensure(join(this.#layout.blobs, algorithm));
  }

  /** Moves a file, whose data is durable already, to its place, durably. False when it is not there. */
  async place(from: string, digest: Digest): Promise<boolean> {
    try {
      await this.#folders.ensure(this.#layout.shard(digest));
      if (!(await this.#files.rename(from, this.#layout.blob(digest)))) return false;
      await this.#sync?.sync(this.#layout.shard(digest));
      return true;
    } catch (error) {
      throw refusal(error);
    }
  }

  /** True when content of this size is there; then it is durable, even if another process has placed it this moment. */
  async settled(digest: Digest, size: number): Promise<boolean> {
    if ((await this.size(digest)) !== size) return false;
    await this.#folders.ensure(this.#layout.shard(digest));
    await this.#sync?.sync(this.#layout.shard(digest));
    return true;
  }

  async size(digest: Digest): Promise<number | undefined> {
    return (await this.#files.info(this.#layout.blob(digest)))?.size;
  }

  async *list(): AsyncIterable<ListedCopy> {
    for (const algorithm of ALGORITHMS) {
      const folder = join(this.#layout.blobs, algorithm);
      for await (const shard of this.#files.list(folder)) {
        for await (const name of this.#files.list(join(folder, shard))) {
          const digest = `${algorithm}:${name}`;
          if (!isDigest(digest) || digestAlgorithm(digest) !== algorithm || !name.startsWith(shard)) continue;
          const info = await this.#files.info(this.#layout.blob(digest));
          if (info !== undefined) yield { digest, size: info.size, since: info.changedAt };
        }
      }
    }
  }
}
