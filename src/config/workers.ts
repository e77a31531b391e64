import { availableParallelism } from "node:os";
import type { Config } from "./schema.ts";
import { SettingError } from "./setting-error.ts";

/** What the number of workers goes by. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly processors: number;
}

const HERE: Machine = { platform: process.platform, processors: availableParallelism() };

/** How many processes answer requests; 1: this one alone. */
export function workersOf({ server: { workers } }: Pick<Config, "server">, { platform, processors }: Machine = HERE): number {
  if (workers !== "auto") return workers;
  return platform === "linux" ? Math.max(1, processors - 1) : 1;
}

/** Why there cannot be several processes; undefined when there can, or need not. */
export function workersProblem(config: Pick<Config, "server" | "storage">, machine: Machine = HERE): SettingError | undefined {
  if (workersOf(config, machine) === 1) return undefined;
  if (machine.platform !== "linux") {
    return new SettingError("server.workers", "only Linux spreads the connections of one port over several processes: set it to 1, or leave it out");
  }
  if (config.storage.content.driver === "memory") {
    return new SettingError("server.workers", "the memory driver of storage.content holds content for one process: set it to 1, or take another driver");
  }
  return undefined;
}
