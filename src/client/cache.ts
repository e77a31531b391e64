import { access, chmod, constants, copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../oci/digest.ts";
import { isClientError } from "./client-error.ts";
import type { ByteStream, OpenBlob, ReadOptions } from "./content/content.ts";
import { copyVerified } from "./content/copy-verified.ts";
import { digestFile, fileError, readFileStream, writePartial } from "./content/files.ts";
import { verified } from "./content/verified.ts";
import type { Environment } from "./environment.ts";
import { claimPartial, continuePartial, leavePartial, readPartial } from "./partial-blobs.ts";
import type { CacheTrace, TraceListener } from "./trace.ts";

/**
 * Blobs on this machine, by digest, shared by all commands and safe to use by several processes at once. Size and time of a file
 * say nothing about its content (disks fail, caches are restored and shared), so its bytes are hashed each time they are used.
 */
export interface BlobCache {
  readonly path: string;
  /** The file of a blob, whose bytes were hashed just now; undefined where there is none. A damaged one is removed. */
  find(descriptor: BlobId): Promise<string | undefined>;
  /** The bytes of a blob, hashed before and while they pass; undefined where there is none. */
  open(descriptor: Descriptor, options?: ReadOptions): Promise<ByteStream | undefined>;
  /**
   * Makes the file `to` of a blob, hashed while it is copied. False where there is none: then there is no file, and a damaged
   * blob is removed.
   */
  copyTo(descriptor: BlobId, to: string): Promise<boolean>;
  /** False where files of this digest's algorithm cannot be added: the folder is another user's, or read-only. */
  takes(digest: Digest): Promise<boolean>;
  /**
   * Takes in a blob and gives its file. What came of one that broke off is kept, for the next time.
   * @param content verified while it passes, as that of a `ContentSource` is; a function gives what is left of it
   */
  add(descriptor: Descriptor, content: ByteStream | OpenBlob, options?: AddOptions): Promise<string>;
}

type BlobId = Pick<Descriptor, "digest" | "size">;

export interface AddOptions {
  /** Told the bytes written so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** A file to be made of the same bytes, taken before anybody else can see those of the cache. */
  readonly copyTo?: string;
}

/** `OPM_CACHE`, else `opm` in the user's cache folder (XDG base directories); undefined where there is no home. */
export function defaultCachePath(env: Environment): string | undefined {
  if (env.OPM_CACHE) return env.OPM_CACHE;
  if (env.XDG_CACHE_HOME?.startsWith("/")) return join(env.XDG_CACHE_HOME, "opm");
  return env.HOME ? join(env.HOME, ".cache", "opm") : undefined;
}

export interface BlobCacheOptions {
  /** Called once when nothing can be added. */
  readonly onUnwritable?: () => void;
  /** Told what was looked for and whether it was there. */
  readonly onTrace?: TraceListener | undefined;
}

interface Downloaded {
  readonly file: string;
  /** The copy that was asked for is made. */
  readonly copied: boolean;
}

/** @param path a folder; it is made when the first blob is taken in */
export function openBlobCache(path: string, { onUnwritable, onTrace }: BlobCacheOptions = {}): BlobCache {
  const writable = new Map<string, Promise<boolean>>();
  const fileOf = (digest: Digest) => join(path, "blobs", digestAlgorithm(digest), digestEncoded(digest));
  /** The file with what `use` makes of it, which is false where it is another blob's: then it goes. */
  const taken = async ({ digest, size }: BlobId, use: (file: string) => Promise<boolean>) => {
    const tell = (found: CacheTrace["found"]): undefined => void onTrace?.({ kind: "cache", digest, size, found });
    const file = fileOf(digest);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return tell("miss");
    if (found.isFile()) {
      // whoever says another size means another blob: this one is no worse for it
      if (found.size !== size && (await isIntact(file, digest))) return tell("miss");
      if (found.size === size && (await use(file))) {
        tell("hit");
        return file;
      }
    }
    tell("damaged");
    return await drop(file);
  };
  /** The file of a blob that is not among the others yet. */
  const download = async (descriptor: Descriptor, content: ByteStream | OpenBlob, options: AddOptions): Promise<Downloaded> => {
    const { digest, size } = descriptor;
    const folder = partialFolder(path, digest);
    const name = digestEncoded(digest);
    if (typeof content !== "function") return { file: await writePartial(join(folder, name), content, options), copied: false };
    const partial = await claimPartial(folder, name, size);
    if (partial.bytes > 0) onTrace?.({ kind: "cache", digest, size: partial.bytes, found: "part" });
    try {
      const rest = content(partial.bytes === 0 ? undefined : { bytes: partial.bytes, read: () => readPartial(partial) });
      return { file: partial.file, copied: await continuePartial(partial, rest, options) };
    } catch (error) {
      if (!isClientError(error, "invalid")) {
        await leavePartial(folder, name, partial);
        throw error;
      }
      await drop(partial.file);
      // it may be what was there that is damaged
      if (partial.bytes === 0) throw error;
      return await download(descriptor, content, options);
    }
  };
  const find = (descriptor: BlobId) => taken(descriptor, (file) => isIntact(file, descriptor.digest));
  return {
    path,
    find,
    async open(descriptor, options) {
      const file = await find(descriptor);
      if (file === undefined) return undefined;
      return dropDamaged(verified(readFileStream(file, options), descriptor, file), file);
    },
    async copyTo(descriptor, to) {
      return (await taken(descriptor, (file) => copyVerified(file, to, descriptor))) !== undefined;
    },
    async takes(digest) {
      const folder = dirname(fileOf(digest));
      const known = writable.get(folder);
      if (known !== undefined) return await known;
      const asked = isWritable(folder);
      writable.set(folder, asked);
      if (!(await asked)) onUnwritable?.();
      return await asked;
    },
    async add(descriptor, content, options = {}) {
      const { copyTo } = options;
      const file = fileOf(descriptor.digest);
      await mkdir(dirname(file), { recursive: true }).catch((cause) => Promise.reject(fileError(`cannot write ${file}`, cause)));
      const { file: partial, copied } = await download(descriptor, content, options);
      try {
        if (copyTo !== undefined && !copied) await copyFile(partial, copyTo, constants.COPYFILE_FICLONE);
        await chmod(partial, 0o444);
        await rename(partial, file);
      } catch (cause) {
        await rm(partial, { force: true });
        throw fileError(`cannot write ${copyTo ?? file}`, cause);
      }
      return file;
    },
  };
}

/** Where the beginnings of blobs are. */
function partialFolder(path: string, digest: Digest): string {
  return join(path, "partial", digestAlgorithm(digest));
}

async function isIntact(file: string, digest: Digest): Promise<boolean> {
  const actual = await digestFile(file, digestAlgorithm(digest)).catch(() => undefined);
  return actual?.digest === digest;
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is no use to anybody goes, where it can be removed. */
async function drop(file: string): Promise<undefined> {
  await rm(file, { force: true, recursive: true }).catch(() => {});
}

/** A file that turns out to be damaged while it is read is of no use to the next reader. */
async function* dropDamaged(stream: ByteStream, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (isClientError(error, "invalid")) await drop(file);
    throw error;
  }
}
