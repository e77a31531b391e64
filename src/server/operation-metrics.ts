import { statfs } from "node:fs/promises";
import type { CollectionStore, Run } from "../storage/metadata/collection.ts";
import { Counter, Gauge, type Registry } from "./prometheus.ts";

/** What an operator is woken for, besides requests and what is stored. */
export interface OperationSources {
  /** Folders whose file systems must have room, by what lies there. */
  readonly folders: Readonly<Partial<Record<"content" | "metadata", string>>>;
  /** Log-ins that failed since the start. */
  readonly failedLogins: () => number;
  /** Unix milliseconds; undefined without TLS. */
  readonly certificateEnd: (() => number) | undefined;
  readonly now: () => number;
}

const DAY = 24 * 3_600_000;

const RUNS: Readonly<Record<Run, string>> = { collection: "the last collection", scrub: "the last scrub" };

/** Shows free disk, failed log-ins, the age of the last collection and scrub, and how long the certificate is good for. */
export function addOperationMetrics(
  registers: Registry[],
  collection: CollectionStore,
  { folders, failedLogins, certificateEnd, now }: OperationSources,
): void {
  for (const [name, help, blocks] of [
    ["opm_disk_free_bytes", "Bytes that this account may still write where the store lies.", "bavail"],
    ["opm_disk_size_bytes", "Bytes of the file system where the store lies.", "blocks"],
  ] as const) {
    new Gauge({
      name,
      help,
      labelNames: ["store"],
      registers,
      async collect() {
        this.reset();
        for (const [store, folder] of Object.entries(folders)) {
          const disk = await statfs(folder).catch(() => undefined);
          if (disk !== undefined) this.set({ store }, disk[blocks] * disk.bsize);
        }
      },
    });
  }
  new Counter({
    name: "opm_login_failures_total",
    help: "Log-ins that failed.",
    registers,
    collect() {
      this.reset();
      this.inc(failedLogins());
    },
  });
  for (const [run, what] of Object.entries(RUNS)) {
    new Gauge({
      name: `opm_${run}_age_seconds`,
      help: `Seconds since ${what} ended well, on whatever node; absent before the first.`,
      registers,
      async collect() {
        this.remove();
        const endedAt = (await collection.lastRuns().catch(() => undefined))?.[run as Run];
        if (endedAt !== undefined) this.set(Math.max(0, now() - endedAt) / 1000);
      },
    });
  }
  if (certificateEnd === undefined) return;
  new Gauge({
    name: "opm_certificate_days_left",
    help: "Days until the TLS certificate that is served ends; negative once it has.",
    registers,
    collect() {
      this.set((certificateEnd() - now()) / DAY);
    },
  });
}
