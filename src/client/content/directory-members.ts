import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { ClientError } from "../client-error.ts";
import { isInside } from "../inside-folder.ts";
import { fileError, readFileStream } from "./files.ts";
import type { TarMember } from "./tar-stream.ts";

export interface DirectoryOptions {
  /** Nothing outside of it is read, whatever links say. Absolute, links resolved. */
  readonly boundary: string;
  /** In front of every name, e.g. `chart`. Default: nothing. */
  readonly prefix?: string;
  /** Reads what links lead to. Without it they stay links, and those that lead out of the folder are refused. */
  readonly followLinks?: boolean;
  /** False for what is left out; of a folder also what is in it. @param path from the folder, e.g. `templates/cm.yaml` */
  readonly accepts?: (path: string, isFolder: boolean) => boolean;
  /** Folders that nothing is in are left out, too. */
  readonly filesOnly?: boolean;
  /** What to do about what cannot be packed, for messages. Default: `leave it out`. */
  readonly remedy?: string;
  readonly signal?: AbortSignal;
}

function remedyOf({ remedy = "leave it out" }: DirectoryOptions): string {
  return remedy;
}

/** What a folder has, by name, folders before what is in them. @throws ClientError `invalid` for what is neither file, folder nor link */
export async function* directoryMembers(root: string, options: DirectoryOptions): AsyncGenerator<TarMember> {
  const { prefix, filesOnly = false } = options;
  if (prefix !== undefined && !filesOnly) yield { kind: "folder", name: prefix };
  yield* membersOf("", { root, options, above: [await realpath(root)] });
}

interface Walk {
  readonly root: string;
  readonly options: DirectoryOptions;
  /** Folders that are being read, links resolved: one of them again is a circle. */
  readonly above: readonly string[];
}

async function* membersOf(folder: string, walk: Walk): AsyncGenerator<TarMember> {
  const { root, options } = walk;
  const names = await readdir(join(root, folder)).catch((cause) => Promise.reject(fileError(`cannot read ${join(root, folder)}`, cause)));
  for (const name of names.sort(compareNames)) {
    options.signal?.throwIfAborted();
    yield* memberOf(folder === "" ? name : `${folder}/${name}`, walk);
  }
}

async function* memberOf(path: string, walk: Walk): AsyncGenerator<TarMember> {
  const { root, options, above } = walk;
  const { accepts = () => true, followLinks = false, filesOnly = false, signal } = options;
  const full = join(root, path);
  const name = options.prefix === undefined ? path : `${options.prefix}/${path}`;
  const itself = await lstat(full).catch((cause) => Promise.reject(fileError(`cannot read ${full}`, cause)));
  if (itself.isSymbolicLink() && !followLinks) {
    if (accepts(path, false)) yield { kind: "link", name, target: await linkTarget(full, root, remedyOf(options)) };
    return;
  }
  const real = itself.isSymbolicLink() ? await followed(full, options.boundary, remedyOf(options)) : full;
  const found = itself.isSymbolicLink() ? await stat(real) : itself;
  if (!accepts(path, found.isDirectory())) return;
  if (found.isDirectory()) {
    const folder = await realpath(real);
    if (above.includes(folder)) throw new ClientError("invalid", `${full} is a link to a folder that it is in: it has no end`);
    if (!filesOnly) yield { kind: "folder", name };
    yield* membersOf(path, { ...walk, above: [...above, folder] });
    return;
  }
  if (!found.isFile()) throw new ClientError("invalid", `${full} is neither a file nor a folder: ${remedyOf(options)}`);
  const { size, mode } = found;
  yield { kind: "file", name, size, isExecutable: (mode & 0o111) !== 0, open: () => readFileStream(real, { ...(signal && { signal }) }) };
}

/** A link that stays one must be of use, and safe, wherever the folder is unpacked. */
async function linkTarget(link: string, root: string, remedy: string): Promise<string> {
  const target = await readlink(link);
  if (!isAbsolute(target) && isInside(root, join(dirname(link), target))) return target;
  throw new ClientError("invalid", `${link} is a link that leads out of the folder, to ${target.slice(0, 160)}: ${remedy}`);
}

async function followed(link: string, boundary: string, remedy: string): Promise<string> {
  const real = await realpath(link).catch((cause) => Promise.reject(fileError(`cannot follow the link ${link}`, cause)));
  if (isInside(boundary, real)) return real;
  throw new ClientError("invalid", `${link} is a link that leads out of ${boundary}: ${remedy}`);
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : 1;
}
