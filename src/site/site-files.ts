import { link, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ClientError, isClientError } from "../client/client-error.ts";
import type { BlobToPut } from "../client/content/content.ts";
import { copyVerified } from "../client/content/copy-verified.ts";
import { fileError, writeFileAtomically, writePartial } from "../client/content/files.ts";
import { verifiedBlob } from "../client/content/verified.ts";
import { openVerifiedFiles, type VerifiedFiles, type VerifiedFilesOptions } from "../client/verified-files/verified-files.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestOf } from "../oci/digest.ts";
import { BLOB_TYPE, type SiteFile } from "./site-file.ts";
import { fileOf } from "./site-paths.ts";

type Content = Pick<Descriptor, "digest" | "size">;

/**
 * The files of a site that is being built: each is there in full or not at all, and those that are right already are not written again. What
 * was not asked for when all is done belongs to the site of before.
 */
export class SiteFiles {
  readonly #folder: string;
  readonly #verified: VerifiedFiles;
  readonly #files = new Map<string, SiteFile>();
  readonly #folders = new Set<string>();
  /** Where the bytes of a blob are already, in whatever repository. */
  readonly #places = new Map<Digest, string>();
  /** Blobs on their way: who needs one of them too waits for it. */
  readonly #moving = new Map<Digest, Promise<void>>();
  #written = 0;

  /** @param before the files of the site of before, whose blobs are not fetched again for other repositories */
  constructor(folder: string, before: readonly SiteFile[], options: VerifiedFilesOptions = {}) {
    this.#folder = folder;
    this.#verified = openVerifiedFiles(folder, options);
    for (const { path, digest, type } of before) if (type === BLOB_TYPE) this.#places.set(digest, fileOf(folder, path));
  }

  /** All files that were asked for, by path. */
  list(): SiteFile[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  get(path: string): SiteFile | undefined {
    return this.#files.get(path);
  }

  /** How many were not there, or other ones. */
  get written(): number {
    return this.#written;
  }

  /** A document that is known as a whole. @throws ClientError `invalid` where its path is that of a folder, as `#claim` says */
  async put(path: string, content: Uint8Array | string, type: string): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const file = { path, size: bytes.length, digest: digestOf(bytes), type };
    this.#claim(file);
    const place = fileOf(this.#folder, path);
    if (await this.#verified.holds(place, file)) return;
    await writeFileAtomically(place, bytes);
    this.#written++;
  }

  /** True for a blob that is there; one that another repository of the site has is there with that. */
  async hasBlob(path: string, content: Content): Promise<boolean> {
    // Whether it got through is seen by looking.
    await this.#moving.get(content.digest)?.catch(() => undefined);
    const place = fileOf(this.#folder, path);
    const other = this.#places.get(content.digest);
    this.#claimBlob(path, content);
    const isThere = (await this.#verified.holds(place, content)) || (other !== undefined && (await this.#share(other, place, content)));
    if (isThere) this.#places.set(content.digest, place);
    return isThere;
  }

  /** @throws ClientError `invalid` when the bytes are not what the digest says; then there is no file */
  async putBlob(path: string, blob: BlobToPut, signal: AbortSignal | undefined): Promise<void> {
    const moving = this.#move(path, blob, signal);
    this.#moving.set(blob.descriptor.digest, moving);
    await moving.finally(() => this.#moving.delete(blob.descriptor.digest));
  }

  async #move(path: string, blob: BlobToPut, signal: AbortSignal | undefined): Promise<void> {
    this.#claimBlob(path, blob.descriptor);
    const place = fileOf(this.#folder, path);
    const partial = await writePartial(place, verifiedBlob(blob, signal), { onBytes: blob.onBytes });
    try {
      await this.#verified.place(partial, place, blob.descriptor);
    } catch (cause) {
      await rm(partial, { force: true });
      throw fileError(`cannot write ${place}`, cause);
    }
    this.#written++;
    this.#places.set(blob.descriptor.digest, place);
  }

  /** Writes down which files are known to be right, for the next time. */
  save(): Promise<void> {
    return this.#verified.save();
  }

  /** The same file under two names where the file system can do so: each repository has its own URL of it. */
  async #share(other: string, place: string, content: Content): Promise<boolean> {
    if (other === place || !(await this.#verified.holds(other, content))) return false;
    // several may ask for one blob at once: each brings its own, and the last stays
    const partial = `${place}.${crypto.randomUUID()}.partial`;
    try {
      await mkdir(dirname(place), { recursive: true });
      const isLinked = await link(other, partial).then(
        () => true,
        () => false,
      );
      if (!isLinked && !(await copyVerified(other, partial, content))) return false;
      await rename(partial, place);
    } catch (cause) {
      throw isClientError(cause) ? cause : fileError(`cannot write ${place}`, cause);
    } finally {
      await rm(partial, { force: true });
    }
    this.#written++;
    return true;
  }

  #claimBlob(path: string, { digest, size }: Content): void {
    this.#claim({ path, size, digest, type: BLOB_TYPE });
  }

  /** A path cannot be a file and a folder: `a/tags/list` cannot be a repository beside `a`. */
  #claim(file: SiteFile): void {
    const { path } = file;
    let clash = this.#folders.has(path) ? path : undefined;
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (this.#files.has(folder)) clash = folder;
      this.#folders.add(folder);
    }
    if (clash !== undefined) {
      throw new ClientError("invalid", `/${clash} would be a file and a folder, as the names of two repositories have it: leave one out with --repositories`);
    }
    this.#files.set(path, file);
  }
}
