import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { isThere } from "../../config/is-there.ts";
import type { DeploymentFile } from "../../deploy/deployment-files.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/**
 * Writes files into a folder, which is made where it is missing: all of them, or, where one is there already, none. Secrets are their owner's alone.
 * @throws CliError `invalid` when one is there and `force` is not set, or, whatever is set, one with secrets
 */
export async function writeNewFiles(folder: string, files: readonly DeploymentFile[], { force }: { readonly force: boolean }): Promise<void> {
  const known = await Promise.all(files.map(async (file) => ({ ...file, isThere: await isThere(join(folder, file.path)) })));
  const there = known.filter(({ isThere }) => isThere);
  const secrets = there.filter(({ secret }) => secret === true).map(({ path }) => path);
  if (secrets.length > 0) {
    throw new CliError(
      EXIT.invalid,
      `${secrets.join(", ")} in ${folder} may hold the only copy of a password, so nothing was written: move it away, or choose another folder`,
    );
  }
  if (there.length > 0 && !force) {
    const paths = there.map(({ path }) => path).join(", ");
    throw new CliError(EXIT.invalid, `${paths} in ${folder} would be overwritten, so nothing was written: choose another folder, or give --force`);
  }
  for (const { path, text, secret } of files) {
    const place = join(folder, path);
    try {
      await mkdir(dirname(place), { recursive: true });
      await writeInPlace(place, text, secret === true ? 0o600 : 0o644);
    } catch (cause) {
      throw fileError(`cannot write ${place}`, cause);
    }
  }
}

async function writeInPlace(place: string, text: string, mode: number): Promise<void> {
  const partial = `${place}.${crypto.randomUUID()}.partial`;
  try {
    const file = await open(partial, "wx", mode);
    await file.writeFile(text).finally(() => file.close());
    await rename(partial, place);
  } catch (cause) {
    await rm(partial, { force: true });
    throw cause;
  }
}
