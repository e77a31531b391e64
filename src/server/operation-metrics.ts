import { statfs } from "node:fs/promises";
import type { CollectionStore, Run } from "../storage/metadata/collection.ts";
import { type Metric, oneValue, type Sample } from "./prometheus.ts";

/** What an operator is woken for, besides requests and what is stored. */
export interface OperationSources {
  /** Folders whose file systems must have room, by what lies there. */
  readonly folders: Readonly<Partial<Record<"content" | "metadata", string>>>;
  /** Unix milliseconds; undefined without TLS. */
  readonly certificateEnd: (() => number) | undefined;
  readonly now: () => number;
}

const DAY = 24 * 3_600_000;

const RUNS: Readonly<Record<Run, string>> = { collection: "the last collection", scrub: "the last scrub" };

/** Free disk, the age of the last collection and scrub, and how long the certificate is good for. */
export function operationMetrics(collection: CollectionStore, { folders, certificateEnd, now }: OperationSources): Metric[] {
  const ages = Object.entries(RUNS).map(([run, what]) =>
    oneValue("gauge", `opm_${run}_age_seconds`, `Seconds since ${what} ended well, on whatever node; absent before the first.`, async () => {
      const endedAt = (await collection.lastRuns().catch(() => undefined))?.[run as Run];
      return endedAt === undefined ? undefined : Math.max(0, now() - endedAt) / 1000;
    }),
  );
  return [
    diskMetric("opm_disk_free_bytes", "Bytes that this account may still write where the store lies.", () => disks(folders, "bavail")),
    diskMetric("opm_disk_size_bytes", "Bytes of the file system where the store lies.", () => disks(folders, "blocks")),
    ...ages,
    ...(certificateEnd === undefined ? [] : [daysLeft(certificateEnd, now)]),
  ];
}

function diskMetric(name: string, help: string, samples: () => Promise<Sample[]>): Metric {
  return { name, help, type: "gauge", samples };
}

/** Of each store whose folder is there. */
async function disks(folders: OperationSources["folders"], blocks: "bavail" | "blocks"): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [store, folder] of Object.entries(folders)) {
    const disk = await statfs(folder).catch(() => undefined);
    if (disk !== undefined) samples.push({ labels: { store }, value: disk[blocks] * disk.bsize });
  }
  return samples;
}

function daysLeft(certificateEnd: () => number, now: () => number): Metric {
  const help = "Days until the TLS certificate that is served ends; negative once it has.";
  return oneValue("gauge", "opm_certificate_days_left", help, () => (certificateEnd() - now()) / DAY);
}
