import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addConfigOptions, type ConfigOptions } from "../options/config.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";
import { counted, formatAmount } from "../output/short-text.ts";
import { withExistingContent } from "../sessions/stores.ts";

interface GcOptions extends ConfigOptions {
  readonly dryRun?: boolean;
  readonly unknown?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./gc.output.ts")).gcOutput;

/** `opm gc`: reclaims the space of what no repository needs, now. */
export function define(command: Command): void {
  addConfigOptions(command)
    .option("-n, --dry-run", "only say what would be removed")
    .option(
      "--unknown",
      "also remove content that the database does not know, when it is older than collector.retention, and uploads to a bucket without a session",
    )
    .option("-y, --yes", "with --unknown: even if more is unknown than known")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(gc);
  addExamples(
    command,
    ["opm gc --dry-run --data /srv/opm", "what would go, and how much space that gives"],
    ["opm gc --config /etc/opm/opm.yaml", "now, while the server runs or not; it does this itself, too"],
  );
}

async function gc(options: GcOptions): Promise<void> {
  const [{ COLLECTION_LEASE, collect, previewCollect }, { assertSameStores }, { removeUnknown }, { holdLease }, { openDatabaseClock }] = await Promise.all([
    import("../../registry/collector.ts"),
    import("../../registry/store-identity.ts"),
    import("../../registry/remove-unknown.ts"),
    import("../../storage/leases.ts"),
    import("../../storage/database-clock.ts"),
  ]);
  const dryRun = options.dryRun === true;
  const { unknown, ...collected } = await withExistingContent(options, async (stores, { collector, limits }) => {
    const { retention, unreferenced } = collector;
    const { now, stop } = await openDatabaseClock(stores.metadata.coordination);
    stop();
    await assertSameStores(stores);
    const found = options.unknown === true ? await removeUnknown(stores, { retention, now, dryRun, evenIfMost: options.yes }) : undefined;
    if (found?.refused) {
      throw new CliError(
        EXIT.finding,
        `the database knows ${found.known} contents and does not know ${found.kept}, as an old or a wrong one would: nothing was removed; restore the right one, or say --yes`,
      );
    }
    const settings = { retention, unreferenced, uploadLifetime: limits.uploadLifetime, now };
    if (dryRun) return { unknown: found, ...(await previewCollect(stores, settings)) };
    const { collection, coordination } = stores.metadata;
    const lease = await holdLease(coordination, COLLECTION_LEASE);
    try {
      const result = await collect(stores, settings);
      await collection.noteRun("collection", now());
      return { unknown: found, ...result, ...("other" in lease && { beside: lease.other.holder }) };
    } finally {
      if ("held" in lease) await lease.held.release();
    }
  });
  const unknownContent =
    unknown === undefined ? {} : { unknown: { contents: unknown.contents, bytes: unknown.bytes, uploads: unknown.uploads, kept: unknown.kept } };
  if (options.json === true) return printJson({ dryRun, ...collected, ...unknownContent });
  const { manifests, links, blobs, bytes, uploads } = collected;
  const atLeast = "complete" in collected && !collected.complete ? " at least" : "";
  const beside =
    "beside" in collected && collected.beside !== undefined ? [`another process collects as well, or was killed while it did: ${collected.beside}`] : [];
  print(
    ...beside,
    `${dryRun ? `would remove${atLeast}` : "removed"} ${counted(manifests, "manifest")}, ${counted(links, "blob link")}, ${counted(uploads, "upload")} and ${counted(blobs, "blob")}`,
    `${dryRun ? `would free${atLeast}` : "freed"} ${formatAmount(bytes)}`,
    ...(unknown === undefined
      ? []
      : [`content without a record: ${unknown.contents} to go, ${formatAmount(unknown.bytes)}; ${unknown.kept} kept, younger than collector.retention`]),
    ...(unknown === undefined || unknown.uploads === 0 ? [] : [`uploads in parts without a session: ${unknown.uploads} to go`]),
  );
}
