import { stat } from "node:fs/promises";
import type { ByteStream } from "../../client/content/content.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** A file to push. */
export interface FileArgument {
  /** As the user gave it. */
  readonly path: string;
  readonly mediaType: string | undefined;
  /** Set for standard input. */
  readonly content?: () => ByteStream;
  /** It is packed, with a media type of its own. */
  readonly isFolder: boolean;
}

/** RFC 6838, section 4.2 */
const SUFFIX = /^(.+):([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126})$/s;

/** What stands for standard input. */
const STDIN: ReadonlySet<string> = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/**
 * Parses `path` or `path:media/type`; `-` is standard input. What is the path of a file as it stands is one. Folders and pipes are files, too.
 * @throws CliError `notFound`, `invalid` for a device
 */
export async function parseFileArgument(text: string): Promise<FileArgument> {
  const whole = await find(text);
  if (whole !== undefined) return { ...whole, path: text, mediaType: undefined };
  const [, path, mediaType] = SUFFIX.exec(text) ?? [];
  const found = path === undefined ? undefined : await find(path);
  if (path !== undefined && found !== undefined) return { ...found, path, mediaType };
  throw new CliError(EXIT.notFound, `${path ?? text}: no such file`);
}

async function find(path: string): Promise<Pick<FileArgument, "content" | "isFolder"> | undefined> {
  if (STDIN.has(path)) return { content: () => Bun.stdin.stream(), isFolder: false };
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ENAMETOOLONG") return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (found.isFile() || found.isFIFO() || found.isDirectory()) return { isFolder: found.isDirectory() };
  throw new CliError(EXIT.invalid, `${path} is neither a file, a folder nor a pipe`);
}

/** The file of a config, which has the type of the artifact. @throws CliError `notFound`, `invalid` for a folder or a device */
export async function parseConfigArgument(path: string): Promise<Pick<FileArgument, "path" | "content">> {
  const found = await find(path);
  if (found === undefined) throw new CliError(EXIT.notFound, `${path}: no such file`);
  if (found.isFolder) throw new CliError(EXIT.invalid, `${path} is a folder: a config is a file`);
  return { path, ...(found.content !== undefined && { content: found.content }) };
}

/** The names of files of which only one may be standard input, which is read once. @throws CliError `invalid` */
export function checkOneStdin(files: readonly Pick<FileArgument, "content">[]): void {
  if (files.filter(({ content }) => content !== undefined).length > 1)
    throw new CliError(EXIT.invalid, "standard input is named more than once: it can be read once");
}
