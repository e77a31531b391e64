import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { pushMany } from "./generators.ts";
import { MEMORY_FOLDER } from "./memory-folder.ts";
import { memoryOf } from "./processes.ts";
import { startSubject } from "./start-subject.ts";
import type { Subject } from "./subject.ts";

/** Milliseconds after the start until memory counts as idle. */
const SETTLING = 3000;

/** Bytes. */
export interface MemoryFigures {
  readonly idle: number;
  /** The most it ever had, after a large push. */
  readonly peak: number;
}

/** What memory is measured with. */
export interface MemoryOptions {
  readonly load: string;
  /** Bytes of the large push, which comes in 32 chunks. */
  readonly size: number;
  readonly say: (text: string) => void;
}

/** Memory of a registry when idle, and after a large push. */
export async function measureMemory(subject: Subject, { load, size, say }: MemoryOptions): Promise<MemoryFigures> {
  const folder = await mkdtemp(join(MEMORY_FOLDER, "opm-bench-"));
  try {
    const server = await startSubject(subject, folder);
    try {
      await Bun.sleep(SETTLING);
      const idle = memoryOf(server.pid).now;
      await pushMany(load, server, { size, chunk: size / 32, connections: 1, count: 1, seed: subject.name });
      const { peak } = memoryOf(server.pid);
      say(`memory: ${subject.name} ${Math.round(idle / 2 ** 20)} MiB idle, ${Math.round(peak / 2 ** 20)} MiB peak`);
      return { idle, peak };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
