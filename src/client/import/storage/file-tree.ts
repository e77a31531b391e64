import type { ByteStream, ReadOptions } from "../../content/content.ts";

/** What lies directly in a folder. */
export interface TreeEntry {
  readonly name: string;
  /** What a link leads to is not looked at: who opens it is told so. */
  readonly kind: "folder" | "file" | "link";
}

export interface TreeFile {
  /** From the folder that was asked for. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** The files of a registry's storage: a folder, or a bucket. Paths have `/` between their parts and none in front; nothing is written. */
export interface FileTree {
  /** For messages, e.g. `/var/lib/registry` or `s3://bucket/prefix`. */
  readonly name: string;
  /** What a folder has; nothing where there is none. @throws ClientError */
  list(folder: string, options?: ReadOptions): AsyncIterable<TreeEntry>;
  /** Every file below a folder. @throws ClientError */
  files(folder: string, options?: ReadOptions): AsyncIterable<TreeFile>;
  /** Bytes of a file; undefined where there is none. @throws ClientError */
  size(file: string, options?: ReadOptions): Promise<number | undefined>;
  /** @throws ClientError `not-found` where there is no such file */
  open(file: string, options?: ReadOptions): ByteStream;
}
