import { type BigIntStats, lstatSync } from "node:fs";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Environment } from "../../client/environment.ts";
import { ModuleError } from "./helper.ts";
import { HELPER_SHA256, helperFolders, lookAt, runnable, stampOf } from "./unpacked-helper.ts";

/** What the build of the executable names it. */
const ASSET = "opm-cue.helper";

/**
 * The file of the helper that this executable carries, unpacked into the user's cache the first time; undefined where it carries
 * none, such as in the source tree.
 * @throws ModuleError `general` where no folder takes it
 */
export async function embeddedHelper(env: Environment): Promise<string | undefined> {
  const asset = Bun.embeddedFiles.find((file) => "name" in file && String(file.name).endsWith(ASSET));
  if (HELPER_SHA256 === undefined || asset === undefined) return undefined;
  const content = { sha256: HELPER_SHA256, read: () => asset.bytes() };
  let failure: unknown;
  for (const folder of helperFolders(env)) {
    try {
      return await unpackOnce(folder, content);
    } catch (error) {
      failure = error;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new ModuleError("general", `the CUE helper cannot be unpacked: ${reason}: set XDG_CACHE_HOME to a folder that you, and nobody else, may write to`, {
    cause: failure,
  });
}

export interface HelperContent {
  readonly sha256: string;
  readonly read: () => Promise<Uint8Array>;
}

/**
 * The file with this content in a folder that only this user may write to, and that nobody else can replace. Its bytes are hashed when
 * it is new, and whenever its inode, its times, mode or owner are not what was noted when they were hashed last. The time of the last
 * change of a file's data or attributes cannot be set: a file that came from elsewhere, such as a restored cache, is hashed.
 */
export async function unpackOnce(folder: string, content: HelperContent): Promise<string> {
  const unpacked = lookAt(folder);
  const { file, note, found, isChecked } = unpacked;
  if (!isChecked) {
    if (!(found !== undefined && isPrivate(found) && (await hashOf(file)) === content.sha256)) await unpack(file, content);
    // what cannot be noted is hashed again
    await writeFile(note, stampOf(lstatSync(file, { bigint: true })), { mode: 0o600 }).catch(() => {});
  }
  return runnable(unpacked);
}

/** A file of this user that nobody else may write to, now or by what is open already. */
function isPrivate(found: BigIntStats): boolean {
  if (!found.isFile()) return false;
  return process.getuid === undefined || (found.uid === BigInt(process.getuid()) && (found.mode & 0o777n) === 0o700n);
}

async function unpack(file: string, { sha256, read }: HelperContent): Promise<void> {
  const bytes = await read();
  if (sha256Of(bytes) !== sha256) throw new Error("this executable is damaged: get it anew");
  const partial = `${file}.${process.pid}.${crypto.randomUUID()}`;
  try {
    const handle = await open(partial, "wx", 0o700);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(0o700);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    // a file that runs cannot be replaced everywhere; one that is right need not be
    const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (found === undefined || !isPrivate(found) || (await hashOf(file).catch(() => undefined)) !== sha256) throw error;
  }
}

async function hashOf(file: string): Promise<string> {
  return sha256Of(await readFile(file));
}

function sha256Of(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
