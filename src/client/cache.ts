import { access, chmod, constants, mkdir, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../oci/digest.ts";
import { isClientError } from "./client-error.ts";
import type { ByteStream, ReadOptions } from "./content/content.ts";
import { digestFile, readFileStream, writeFileAtomically } from "./content/files.ts";
import { verified } from "./content/verified.ts";
import type { Environment } from "./environment.ts";

/**
 * Seconds since the epoch: the time of change that a file gets when it was verified. Whatever writes to it afterwards
 * changes the time, and the file is verified again before it is used.
 */
const VERIFIED_TIME = 1;

/** Blobs on this machine, by digest, shared by all commands and safe to use by several processes at once. */
export interface BlobCache {
  readonly path: string;
  /** The file of a blob, whose content is what its digest says; undefined where there is none. A damaged one is removed. */
  find(descriptor: Pick<Descriptor, "digest" | "size">): Promise<string | undefined>;
  /** The bytes of a blob, verified while they pass; undefined where there is none. */
  open(descriptor: Descriptor, options?: ReadOptions): Promise<ByteStream | undefined>;
  /** False where files of this digest's algorithm cannot be added: the folder is another user's, or read-only. */
  takes(digest: Digest): Promise<boolean>;
  /**
   * Takes in a blob and gives its file.
   * @param content verified while it passes, as that of a `ContentSource` is; when it throws nothing is kept
   */
  add(descriptor: Descriptor, content: ByteStream, onBytes?: (bytes: number) => void): Promise<string>;
}

/** `OPM_CACHE`, else `opm` in the user's cache folder (XDG base directories); undefined where there is no home. */
export function defaultCachePath(env: Environment): string | undefined {
  if (env.OPM_CACHE) return env.OPM_CACHE;
  if (env.XDG_CACHE_HOME?.startsWith("/")) return join(env.XDG_CACHE_HOME, "opm");
  return env.HOME ? join(env.HOME, ".cache", "opm") : undefined;
}

/**
 * @param path a folder; it is made when the first blob is taken in
 * @param onUnwritable called once when nothing can be added
 */
export function openBlobCache(path: string, onUnwritable: () => void = () => {}): BlobCache {
  const writable = new Map<string, Promise<boolean>>();
  const fileOf = (digest: Digest) => join(path, "blobs", digestAlgorithm(digest), digestEncoded(digest));
  const find = async (descriptor: Pick<Descriptor, "digest" | "size">) => {
    const file = fileOf(descriptor.digest);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isFile()) return await drop(file);
    if (found.size === descriptor.size && found.mtimeMs === VERIFIED_TIME * 1000) return file;
    const actual = await digestFile(file, digestAlgorithm(descriptor.digest)).catch(() => undefined);
    if (actual?.digest === descriptor.digest && actual.size === descriptor.size) {
      await utimes(file, VERIFIED_TIME, VERIFIED_TIME).catch(() => {});
      return file;
    }
    return actual?.digest === descriptor.digest ? undefined : await drop(file);
  };
  return {
    path,
    find,
    async open(descriptor, options) {
      const file = await find(descriptor);
      if (file === undefined) return undefined;
      return dropDamaged(verified(readFileStream(file, options), descriptor, file), file);
    },
    async takes(digest) {
      const folder = dirname(fileOf(digest));
      const known = writable.get(folder);
      if (known !== undefined) return await known;
      const asked = isWritable(folder);
      writable.set(folder, asked);
      if (!(await asked)) onUnwritable();
      return await asked;
    },
    async add(descriptor, content, onBytes) {
      const file = fileOf(descriptor.digest);
      await writeFileAtomically(file, content, onBytes);
      await chmod(file, 0o444);
      await utimes(file, VERIFIED_TIME, VERIFIED_TIME);
      return file;
    },
  };
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
