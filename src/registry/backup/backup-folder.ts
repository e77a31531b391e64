import { lstat, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ContentStore } from "../../storage/content-store.ts";
import { openFilesystemStore } from "../../storage/filesystem/filesystem-store.ts";
import { FILE_MODE, FOLDER_MODE, keepToOwner } from "../../storage/owner-only.ts";
import { syncFolder } from "../../storage/sync-folder.ts";
import { MovingError } from "../moving/moving-error.ts";
import { type Cut, parseCut } from "./cut.ts";

/** Bytes of a file of a cut at most. */
const LARGEST_CUT = 64 * 1024 * 1024;

/** The name of a cut, which is that of its file, too. */
const NAME = /^[0-9A-Za-z][0-9A-Za-z.-]{0,99}$/;
const SUFFIX = ".json";

/** A folder with cuts of a registry, and the content that they share. */
export interface BackupFolder {
  readonly content: ContentStore;
  /** Names of the cuts, the oldest first. */
  names(): Promise<string[]>;
  /** @throws MovingError when there is no such cut, or it is none */
  read(name: string): Promise<Cut>;
  /** Writes a cut, whole or not at all, under a name that begins with its time. Gives the name. */
  write(cut: Cut): Promise<string>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a backup folder. Links in the place of its own folders are not followed.
 * @param create makes it when it is not there or empty
 * @throws MovingError when it is none
 */
export async function openBackupFolder(path: string, { create }: { readonly create: boolean }): Promise<BackupFolder> {
  const [cuts, contents] = [join(path, "cuts"), join(path, "content")];
  if (create) await make(path, cuts);
  for (const folder of [path, cuts, contents]) await assertOwn(folder, create && folder === contents);
  const content = await openFilesystemStore({ path: contents, durability: "full", create });
  const fileOf = (name: string): string => join(cuts, `${name}${SUFFIX}`);
  const names = async (): Promise<string[]> => {
    const files = await readdir(cuts);
    return files
      .filter((file) => file.endsWith(SUFFIX) && NAME.test(file.slice(0, -SUFFIX.length)))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  };
  return {
    content,
    names,
    async read(name) {
      const info = NAME.test(name) ? await lstat(fileOf(name)).catch(() => undefined) : undefined;
      if (info === undefined) throw new MovingError(`there is no cut ${name.slice(0, 100)} in ${path}: see opm backup list`);
      if (!info.isFile() || info.size > LARGEST_CUT) throw new MovingError(`${fileOf(name)} is no cut`);
      return parseCut(name, await readFile(fileOf(name), "utf8"));
    },
    async write(cut) {
      const start = cut.createdAt.replace(/\.\d+/, "").replaceAll(":", "-");
      const taken = new Set(await names());
      let name = start;
      for (let n = 2; taken.has(name); n++) name = `${start}-${n}`;
      await writeWhole(cuts, `${name}${SUFFIX}`, `${JSON.stringify(cut, null, 1)}\n`);
      return name;
    },
    async remove(name) {
      await rm(fileOf(name), { force: true });
      await syncFolder(cuts);
    },
    close: () => content.close(),
  };
}

async function make(path: string, cuts: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  const there = (await readdir(path)).filter((name) => !name.startsWith("."));
  if (there.length > 0 && !there.includes("cuts")) throw new MovingError(`${path} holds something else than a backup: name an empty folder`);
  await keepToOwner(path);
  await mkdir(cuts, { mode: FOLDER_MODE }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  });
}

async function assertOwn(folder: string, mayBeAbsent: boolean): Promise<void> {
  const info = await lstat(folder).catch(() => undefined);
  if (info === undefined && mayBeAbsent) return;
  if (info === undefined || !info.isDirectory()) throw new MovingError(`${folder} is no folder of a backup: name that of opm backup create`);
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && info.uid !== own) throw new MovingError(`${folder} belongs to another account: run the command as that one`);
}

/** Writes a file under another name first, so that nobody ever reads a part of it. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const draft = join(folder, `.${name}.${crypto.randomUUID()}`);
  try {
    const file = await open(draft, "wx", FILE_MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, name));
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
}
