import { stat } from "node:fs/promises";
import { CliError, EXIT } from "./exit-code.ts";

/** A file to push. */
export interface FileArgument {
  readonly path: string;
  /** As the user gave it. */
  readonly mediaType: string | undefined;
}

/** RFC 6838, section 4.2 */
const SUFFIX = /^(.+):([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126})$/s;

/**
 * Parses `path` or `path:media/type`. What is the path of a file as it stands is one.
 * @throws CliError `notFound`, `invalid` for what is no regular file
 */
export async function parseFileArgument(text: string): Promise<FileArgument> {
  if (await isFile(text)) return { path: text, mediaType: undefined };
  const [, path, mediaType] = SUFFIX.exec(text) ?? [];
  if (path !== undefined && (await isFile(path))) return { path, mediaType };
  throw new CliError(EXIT.notFound, `${path ?? text}: no such file`);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ENAMETOOLONG") return undefined;
    throw error;
  });
  if (found === undefined) return false;
  if (found.isFile()) return true;
  throw new CliError(EXIT.invalid, `${path} is no regular file: pack a folder first, e.g. tar -czf ${path.replace(/\/+$/, "")}.tar.gz ${path}`);
}
