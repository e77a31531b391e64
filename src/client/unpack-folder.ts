import { chmod, link, mkdir, open, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Digest, digestAlgorithm, digestEncoded } from "../oci/digest.ts";
import { ClientError } from "./client-error.ts";
import type { ByteStream } from "./content/content.ts";
import { fileError, readFileStream } from "./content/files.ts";
import { gunzip, isGzip } from "./content/gzip.ts";
import { readTar, type TarMemberRead } from "./content/tar-reader.ts";
import { writeAll } from "./content/write-stream.ts";
import { titleProblem } from "./file-names.ts";
import { leadsOut } from "./inside-folder.ts";

/** An archive that makes this many bytes out of one, and more than `BOMB_SIZE` in all, is made to fill the disk. */
const BOMB_RATIO = 500;
const BOMB_SIZE = 4 * 1024 ** 3;

export interface UnpackOptions {
  /** What names begin with, as ORAS packs folders: the title of the layer. */
  readonly prefix: string;
  /** The folder to make. */
  readonly to: string;
  /** Of the archive before it was compressed. */
  readonly digest: Digest | undefined;
  /** For messages. */
  readonly name: string;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks a folder as ORAS packs it. Nothing is written outside of it, whatever names and links say; owners, times and special
 * permissions are left out.
 * @throws ClientError `invalid` for what is damaged or not safe: names and links that lead out, devices, a name twice, bombs
 */
export async function unpackFolder(archive: string, { prefix, to, digest, name, signal }: UnpackOptions): Promise<void> {
  const hasher = new Bun.CryptoHasher(digest === undefined ? "sha256" : digestAlgorithm(digest));
  let packed = 0;
  let unpacked = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of readFileStream(archive, signal === undefined ? {} : { signal })) {
      packed += piece.length;
      yield piece;
    }
  };
  const hashed = async function* (stream: ByteStream): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      unpacked += piece.length;
      if (unpacked > BOMB_SIZE && unpacked > BOMB_RATIO * packed) throw unsafe(name, "it is far larger than it looks");
      hasher.update(piece);
      yield piece;
    }
  };
  const folder = new Folder(to, name);
  await folder.begin();
  for await (const member of readTar(hashed(await plain(archive, counted(), name)), name)) {
    signal?.throwIfAborted();
    await folder.add(member, below(member.name, prefix, name));
  }
  if (digest !== undefined && hasher.digest("hex") !== digestEncoded(digest)) {
    throw new ClientError("invalid", `${name} is not what its annotation says: the folder in it has another digest; nothing was written`);
  }
  await folder.end();
}

async function plain(archive: string, stream: ByteStream, name: string): Promise<ByteStream> {
  const file = await open(archive, "r");
  const head = Buffer.alloc(4);
  await file.read(head, 0, head.length, 0).finally(() => file.close());
  return isGzip(head) ? gunzip(stream, name) : stream;
}

/** The parts of an entry's path below the folder; none for the folder itself. */
function below(path: string, prefix: string, name: string): readonly string[] {
  const parts = partsOf(path, name);
  const first = partsOf(prefix, name);
  if (first.some((part, at) => parts[at] !== part)) {
    // what stands beside the folder, and what holds it, is none of its content
    if (parts.length < first.length && parts.every((part, at) => first[at] === part)) return [];
    throw unsafe(name, `its entry ${path.slice(0, 160)} is not in the folder ${prefix}`);
  }
  return parts.slice(first.length);
}

function partsOf(path: string, name: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const problem = path.startsWith("/") ? "it is absolute" : parts.length === 0 ? undefined : titleProblem(parts.join("/"));
  if (problem !== undefined) throw unsafe(name, `the name of its entry ${path.slice(0, 160)} cannot be used: ${problem}`);
  return parts;
}

function unsafe(name: string, why: string): ClientError {
  return new ClientError("invalid", `${name} is not safe to use: ${why}; nothing was written`);
}

/** A folder that nobody else has seen. What is in it is known, so that no link is ever followed. */
class Folder {
  readonly #root: string;
  readonly #name: string;
  readonly #kinds = new Map<string, "file" | "folder" | "link">([["", "folder"]]);
  readonly #modes = new Map<string, number>();

  constructor(root: string, name: string) {
    this.#root = root;
    this.#name = name;
  }

  async begin(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
  }

  async add({ type, mode, target, content, name }: TarMemberRead, parts: readonly string[]): Promise<void> {
    if (type === "5") {
      await this.#makeFolders(parts);
      this.#modes.set(parts.join("/"), mode);
      return;
    }
    const path = parts.join("/");
    const last = parts.at(-1);
    if (last === undefined) throw unsafe(this.#name, `its entry ${name.slice(0, 160)} stands in place of the folder`);
    await this.#makeFolders(parts.slice(0, -1));
    if (this.#kinds.has(path)) throw unsafe(this.#name, `it has ${path} twice`);
    const full = join(this.#root, path);
    if (type === "0" || type === "7") await this.#write(full, mode, content);
    else if (type === "2") await this.#link(full, path, target);
    else if (type === "1") await this.#hardLink(full, path, { target, name });
    else throw unsafe(this.#name, `its entry ${path} is neither a file nor a folder`);
    this.#kinds.set(path, type === "2" ? "link" : "file");
  }

  /** Folders get their permissions last: one that may not be written to could not be filled. */
  async end(): Promise<void> {
    const mask = process.umask();
    for (const [path, kind] of this.#kinds) {
      if (kind === "folder") await chmod(join(this.#root, path), (((this.#modes.get(path) ?? 0o777) & 0o777) | 0o700) & ~(mask & 0o077));
    }
  }

  async #makeFolders(parts: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= parts.length; depth++) {
      const path = parts.slice(0, depth).join("/");
      const kind = this.#kinds.get(path);
      if (kind === "folder") continue;
      if (kind !== undefined) throw unsafe(this.#name, `it has ${path} both as a ${kind} and as a folder`);
      await mkdir(join(this.#root, path), { mode: 0o700 }).catch((cause) => Promise.reject(fileError(`cannot write ${path}`, cause)));
      this.#kinds.set(path, "folder");
    }
  }

  async #write(full: string, mode: number, content: ByteStream): Promise<void> {
    const file = await open(full, "wx", ((mode & 0o777) | 0o600) & ~process.umask()).catch((cause) => Promise.reject(fileError(`cannot write ${full}`, cause)));
    try {
      for await (const piece of content) await writeAll(file, piece);
    } catch (cause) {
      throw fileError(`cannot write ${full}`, cause);
    } finally {
      await file.close();
    }
  }

  async #link(full: string, path: string, target: string): Promise<void> {
    if (leadsOut(path, target)) throw unsafe(this.#name, `its link ${path} leads out of the folder, to ${target.slice(0, 160)}`);
    await symlink(target, full);
  }

  /** The name of a hard link's target begins as all names do. */
  async #hardLink(full: string, path: string, { target, name }: { readonly target: string; readonly name: string }): Promise<void> {
    const depth = partsOf(name, this.#name).length - path.split("/").length;
    const other = partsOf(target, this.#name).slice(depth).join("/");
    if (this.#kinds.get(other) !== "file") throw unsafe(this.#name, `its link ${path} leads to no file before it, but to ${target.slice(0, 160)}`);
    await link(join(this.#root, other), full);
  }
}
