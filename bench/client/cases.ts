import type { BenchImage, ImageSize } from "./images.ts";

/** One task that every client does. */
export interface ClientCase {
  readonly name: string;
  readonly title: string;
  readonly size: ImageSize;
  readonly task: "pull" | "copy" | "copyToFolder";
  /** The version that the target has already, if any, and the one that is measured. */
  readonly before: 0 | undefined;
  readonly version: 0 | 1;
  /** Times that of crane at most. */
  readonly target: number;
  /** Bytes that must travel at least, of the two versions. */
  readonly needed: (versions: readonly [BenchImage, BenchImage]) => number;
}

const one = (versions: readonly [BenchImage, BenchImage]) => versions[0].bytes.one;
const all = (versions: readonly [BenchImage, BenchImage]) => versions[0].bytes.all;

/** Bytes of the layer that differs between versions, for each platform; see images.ts. */
const CHANGED = 4 * 2 ** 20;

export const CASES: readonly ClientCase[] = [
  { name: "pull-small", title: "pull, 85 KiB", size: "small", task: "pull", before: undefined, version: 0, target: 1.5, needed: one },
  { name: "copy-small", title: "copy to registry, 170 KiB", size: "small", task: "copy", before: undefined, version: 0, target: 1, needed: all },
  { name: "pull", title: "pull, 85 MiB", size: "large", task: "pull", before: undefined, version: 0, target: 1.3, needed: one },
  { name: "pull-next", title: "pull the next version", size: "large", task: "pull", before: 0, version: 1, target: 1.2, needed: () => CHANGED },
  { name: "folder", title: "copy to folder, 170 MiB", size: "large", task: "copyToFolder", before: undefined, version: 0, target: 1, needed: all },
  { name: "folder-next", title: "copy the next version", size: "large", task: "copyToFolder", before: 0, version: 1, target: 1.2, needed: () => 2 * CHANGED },
  { name: "copy", title: "copy to registry, 170 MiB", size: "large", task: "copy", before: undefined, version: 0, target: 1, needed: all },
  { name: "copy-next", title: "copy the next version", size: "large", task: "copy", before: 0, version: 1, target: 1.2, needed: () => 2 * CHANGED },
];
