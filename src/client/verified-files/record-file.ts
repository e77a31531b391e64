import { constants } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What was verified in one folder. */
export interface VerificationRecord {
  /** Absolute, without links. */
  readonly folder: string;
  /** Nanoseconds since the epoch, by the clock of files. */
  readonly writtenAt: bigint;
  /** By their names in the folder, as `formatStamp` has them. */
  readonly files: ReadonlyMap<string, string>;
}

const VERSION = 1;

/** Bytes of a record that is read. */
const SIZE_LIMIT = 8 * 1024 * 1024;

/** Whoever else may write a record could say anything of a file. */
const OTHERS_MAY_WRITE = 0o022;

/**
 * The record of a folder; undefined where there is none that can be trusted: damaged, not this user's own, of a time that has not
 * come (the clock was set back), or of another folder.
 * @param records the folder that they are in
 */
export async function readRecord(records: string, folder: string): Promise<VerificationRecord | undefined> {
  const text = await readOwn(recordPath(records, folder)).catch(() => undefined);
  const record = text === undefined ? undefined : parseRecord(text);
  if (record === undefined || record.folder !== folder) return undefined;
  return record.writtenAt > BigInt(Date.now() + 1) * 1_000_000n ? undefined : record;
}

/** Writes a record beside its place and renames it: of several writers the last one's stays. */
export async function writeRecord(records: string, record: VerificationRecord): Promise<void> {
  const path = recordPath(records, record.folder);
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    await writeFile(partial, formatRecord(record), { flag: "wx", mode: 0o600 });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
}

function recordPath(records: string, folder: string): string {
  return join(records, sha256(folder));
}

async function readOwn(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { uid, mode, size, isFile } = await file.stat().then((found) => ({ ...found, isFile: found.isFile() }));
    if (!isFile || size > SIZE_LIMIT || uid !== process.getuid?.() || (mode & OTHERS_MAY_WRITE) !== 0) return undefined;
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

function formatRecord({ folder, writtenAt, files }: VerificationRecord): string {
  const body = JSON.stringify({ version: VERSION, folder, writtenAt: String(writtenAt), files: Object.fromEntries(files) });
  return `${sha256(body)}\n${body}`;
}

function parseRecord(text: string): VerificationRecord | undefined {
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (text.slice(0, Math.max(end, 0)) !== sha256(body)) return undefined;
  const { version, folder, writtenAt, files } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  if (version !== VERSION || typeof folder !== "string" || typeof writtenAt !== "string" || typeof files !== "object" || files === null) return undefined;
  return { folder, writtenAt: BigInt(writtenAt), files: new Map(Object.entries(files)) };
}

function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
