import { chmod, stat } from "node:fs/promises";

/** What the registry stores is for its own account only: content may be of repositories that not everybody may pull. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

const OTHERS = 0o077;

/**
 * Takes the rights of group and others away from a file or a folder that was made before they were withheld. What is absent, or belongs to
 * somebody else, stays as it is.
 */
export async function keepToOwner(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & OTHERS) === 0) return;
  await chmod(path, found.mode & 0o7777 & ~OTHERS).catch(() => {});
}
