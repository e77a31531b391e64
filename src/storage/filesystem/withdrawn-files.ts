import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Digest, digestAlgorithm, digestEncoded, isDigest } from "../../oci/digest.ts";
import type { BlobFiles } from "./blob-files.ts";
import type { FileLayer } from "./file-layer.ts";
import type { Layout } from "./layout.ts";

/** Milliseconds after which whoever took content aside is taken not to come back. Longer than a collector's lease. */
const ABANDONED = 5 * 60_000;

/**
 * Content that a collector has taken aside: each under a name of its own, so that what is removed in the end is never what
 * somebody has stored anew meanwhile. The name tells the digest.
 */
export class WithdrawnFiles {
  readonly #layout: Layout;
  readonly #files: FileLayer;
  readonly #blobs: BlobFiles;

  constructor(layout: Layout, files: FileLayer, blobs: BlobFiles) {
    this.#layout = layout;
    this.#files = files;
    this.#blobs = blobs;
  }

  async withdraw(digest: Digest): Promise<string | undefined> {
    const name = `${digestAlgorithm(digest)}-${digestEncoded(digest)}.${randomUUID()}`;
    return (await this.#files.rename(this.#layout.blob(digest), this.#path(name))) ? name : undefined;
  }

  /** Returns those that were there. */
  async discard(names: readonly string[]): Promise<ReadonlySet<string>> {
    const removed = new Set<string>();
    for (const name of names) if (await this.#files.unlink(this.#path(name))) removed.add(name);
    return removed;
  }

  async putBack(name: string): Promise<void> {
    const digest = digestOfName(name);
    if (digest === undefined) return;
    if ((await this.#blobs.size(digest)) === undefined) await this.#blobs.place(this.#path(name), digest);
    else await this.discard([name]);
  }

  /** Puts back what the end of a process left aside. */
  async putBackAbandoned(): Promise<void> {
    for await (const name of this.#files.list(this.#layout.withdrawn)) {
      const info = await this.#files.info(this.#path(name));
      if (info !== undefined && info.changedAt < Date.now() - ABANDONED) await this.putBack(name);
    }
  }

  #path(name: string): string {
    return join(this.#layout.withdrawn, name);
  }
}

function digestOfName(name: string): Digest | undefined {
  const digest = name.replace(/\.[^.]*$/, "").replace("-", ":");
  return isDigest(digest) ? digest : undefined;
}
