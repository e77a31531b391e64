import type { Command } from "commander";
import { addConfigOptions, type ConfigOptions } from "../config-options.ts";
import { print, printJson } from "../output.ts";
import { withExistingStores } from "../stores.ts";

interface GcOptions extends ConfigOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `opm gc`: reclaims the space of what no repository needs, now. */
export function registerGc(program: Command): void {
  addConfigOptions(program.command("gc").description("reclaim the space of what no repository needs any more"))
    .option("-n, --dry-run", "only say what would be removed")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(gc);
}

async function gc(options: GcOptions): Promise<void> {
  const { collect, previewCollect } = await import("../../registry/collector.ts");
  const dryRun = options.dryRun === true;
  const collected = await withExistingStores(options, (stores, { collector, limits }) =>
    (dryRun ? previewCollect : collect)(stores, {
      retention: collector.retention,
      unreferenced: collector.unreferenced,
      uploadLifetime: limits.uploadLifetime,
      now: Date.now,
    }),
  );
  if (options.json === true) return printJson({ dryRun, ...collected });
  const { formatAmount } = await import("../amount.ts");
  const { manifests, links, blobs, bytes, uploads } = collected;
  const atLeast = "complete" in collected && !collected.complete ? " at least" : "";
  print(
    `${dryRun ? `would remove${atLeast}` : "removed"} ${manifests} manifests, ${links} blob links, ${uploads} uploads and ${blobs} blobs`,
    `${dryRun ? `would free${atLeast}` : "freed"} ${formatAmount(bytes)}`,
  );
}
