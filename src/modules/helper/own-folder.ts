import { lstatSync, mkdirSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";

/** stat(2): only who owns a file in the folder may rename or remove it. */
const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/**
 * Makes a folder that nobody but its owner, who is this user, can put something else in place of: no other may write to it, nor to any
 * folder above. Where users have no numbers (Windows) the folder of the user is believed to be that.
 * @returns its path without links
 * @throws Error that names the folder which others may write to
 */
export function makeOwnFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = realpathSync(folder);
  const me = process.getuid?.();
  if (me === undefined) return path;
  const own = lstatSync(path);
  if (own.uid !== me || (own.mode & OTHERS_WRITE) !== 0) throw exposed(path);
  // who owns the root owns everything: in a user namespace that may be none of the numbers known here
  const trusted = new Set([me, 0, lstatSync("/").uid]);
  for (let above = dirname(path); ; above = dirname(above)) {
    if (!isSafe(lstatSync(above), trusted)) throw exposed(above);
    if (above === dirname(above)) return path;
  }
}

function isSafe({ uid, mode }: Stats, trusted: ReadonlySet<number>): boolean {
  return trusted.has(uid) && ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0);
}

function exposed(folder: string): Error {
  return new Error(`${folder} is a folder that others may write to`);
}
