import type { BigIntStats } from "node:fs";
import type { Digest } from "../../oci/digest.ts";

/** Which file it is, and what the file system says about its last changes. Times are nanoseconds since the epoch. */
export interface FileStamp {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes. */
  readonly size: bigint;
  readonly modifiedAt: bigint;
  /** Of content, name or attributes (`ctime`): no program can set it, other than by setting the clock. */
  readonly changedAt: bigint;
}

/** @param stats as `stat` gives them with `bigint` */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  return { device: dev, inode: ino, size, modifiedAt: mtimeNs, changedAt: ctimeNs };
}

/** The stamp and what the file was then, in one line: two are equal where all of it is. */
export function formatStamp({ device, inode, size, modifiedAt, changedAt }: FileStamp, digest: Digest): string {
  return [device, inode, size, modifiedAt, changedAt, digest].join(" ");
}
