import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { FileStamp } from "./file-stamp.ts";

/** A time that the system gave to a file. */
export interface ClockReading {
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** Whose clock it is. */
  readonly device: bigint;
}

/** Longest tick of Linux' clock of files, in nanoseconds (`CONFIG_HZ` is 100 at least): two file systems may be apart by as much. */
const TICK = 10_000_000n;

const SECOND = 1_000_000_000n;

/**
 * File systems of Linux that keep ctime themselves, by the clock of this machine, as `statfs(2)` numbers them. Others have that of a server
 * (NFS, SMB, 9p), whatever their program gives (FUSE), or none (FAT).
 */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // btrfs
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** Whether ctime says something where a path, which must be there, is. On Windows it does not; macOS has no fixed numbers to tell its file systems by. */
export async function keepsChangeTimes(path: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  return await statfs(path).then(
    ({ type }) => LOCAL_FILE_SYSTEMS.has(type >>> 0),
    () => false,
  );
}

/**
 * The time that a change would be given now, as a file in a folder is given it; undefined where that cannot be had. The folder is made.
 * Nothing else says it: what files are given is coarser than `Date.now`, and may be behind it.
 */
export async function readClock(folder: string): Promise<ClockReading | undefined> {
  const path = join(folder, `clock.${crypto.randomUUID()}.partial`);
  try {
    await mkdir(folder, { recursive: true });
    if (!(await keepsChangeTimes(folder))) return undefined;
    const file = await open(path, "wx", 0o600);
    try {
      // since Linux 6.13 a file that was looked at gets finer times than others
      await file.stat();
      await file.write("1");
      const { ctimeNs, dev } = await file.stat({ bigint: true });
      return { time: ctimeNs, device: dev };
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  } catch {
    return undefined;
  }
}

/**
 * True for a stamp that every change from the reading on would make another one. One as young as the reading may be that of two changes. Times in
 * whole seconds are of a file system that has no others: equal times say little there.
 */
export function isOlder({ changedAt, device }: FileStamp, now: ClockReading): boolean {
  if (changedAt % SECOND === 0n) return false;
  return changedAt + (device === now.device ? 0n : TICK) < now.time;
}
