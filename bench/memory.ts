import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { pushMany } from "./generators.ts";
import { MEMORY_FOLDER, type MeasureOptions } from "./measure.ts";
import { memoryOf } from "./processes.ts";
import type { SubjectName } from "./subject.ts";
import { startSubject } from "./subjects/start.ts";

/** Milliseconds after the start until memory counts as idle. */
const SETTLING = 3000;

const GIB = 2 ** 30;

/** Bytes. */
export interface MemoryFigures {
  readonly idle: number;
  /** The most it ever had, after a push of 2 GiB in chunks of 64 MiB. */
  readonly peak: number;
}

/** Memory of each registry when idle, and after a large push. */
export async function measureMemory({ servers, load, say }: MeasureOptions): Promise<Map<SubjectName, MemoryFigures>> {
  const figures = new Map<SubjectName, MemoryFigures>();
  for (const [name, executable] of servers) {
    if (name === "nginx") continue;
    const folder = await mkdtemp(join(MEMORY_FOLDER, "opm-bench-"));
    const server = await startSubject(name, executable, { folder, durable: true });
    try {
      await Bun.sleep(SETTLING);
      const idle = memoryOf(server.pid).now;
      await pushMany(load, server, { size: 2 * GIB, chunk: GIB / 16, connections: 1, count: 1, seed: name });
      const { peak } = memoryOf(server.pid);
      figures.set(name, { idle, peak });
      say(`memory: ${name} ${Math.round(idle / 2 ** 20)} MiB idle, ${Math.round(peak / 2 ** 20)} MiB peak`);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return figures;
}
