import type { Command } from "commander";
import type { Platform } from "../../oci/descriptor.ts";
import { addExamples } from "../help/examples.ts";
import { addContentOptions, type ContentOptions } from "../options/client.ts";
import { PLATFORM_OPTION, parsePlatformOption } from "../options/platform.ts";
import { print, printJson, printNote } from "../output/print.ts";
import { describeTransfer } from "../output/transfer-tally.ts";
import { withTransfer } from "../sessions/client.ts";
import type { CopyOutput } from "./copy.output.ts";

interface CopyOptions extends ContentOptions {
  readonly recursive?: boolean;
  readonly platform?: Platform;
  readonly cache: boolean;
  readonly verify?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./copy.output.ts")).copyOutput;

/** `opm copy`: between registries, OCI layouts in folders and OCI layouts in tar archives. */
export function define(command: Command): void {
  command
    .argument("<source>", "a reference, oci:<folder>[:tag] or oci-archive:<file>[:tag]; ./x and ./x.tar too")
    .argument("<target>", "the same; without a tag it gets that of the source")
    .option("-r, --recursive", "also what refers to it: signatures, SBOMs, attestations")
    .option(PLATFORM_OPTION, "only this platform of a multi-platform image", parsePlatformOption)
    .option("--no-cache", "read nothing from the cache of opm pull")
    .option("--verify", "read all that a folder has already, also what has not changed since it was verified");
  addContentOptions(command).action(run);
  addExamples(
    command,
    ["opm copy docker.io/library/alpine:3.22 localhost:5000/alpine", "from one registry to another, digests unchanged"],
    ["opm copy -r localhost:5000/team/app:v1 oci-archive:app.tar", "into a file, with signatures and SBOMs"],
    ["opm copy oci-archive:app.tar other:5000/team/app", "and from there into another registry"],
  );
}

async function run(from: string, to: string, options: CopyOptions): Promise<void> {
  const [{ parseContentLocation }, { formatLocation, openSource, openTarget }, { copyArtifact }, { cachePath, openCache }] = await Promise.all([
    import("../arguments/content-location.ts"),
    import("../sessions/open-content.ts"),
    import("../../client/copy.ts"),
    import("../sessions/open-cache.ts"),
  ]);
  const [origin, destination] = [parseContentLocation(from), parseContentLocation(to)];
  const output = await withTransfer(options, async ({ client, signal, onProgress, totals, warn }): Promise<CopyOutput> => {
    const cache = origin.kind === "registry" ? openCache(options, warn) : undefined;
    const { source, reference, tag } = await openSource(origin, client, signal);
    try {
      const { target, tags, discard } = await openTarget(destination, client, { tag, cache: cachePath(options), verify: options.verify });
      try {
        const { descriptor } = await copyArtifact(
          { source, reference },
          { target, tags },
          {
            recursive: options.recursive === true,
            ...(options.platform !== undefined && { platform: options.platform }),
            ...(cache !== undefined && { cache }),
            ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
            onProgress,
            signal,
          },
        );
        await target.close();
        const { mediaType, digest, size } = descriptor;
        return { mediaType, digest, size, target: formatLocation(destination, { tags, digest }), tags: [...tags], transfer: totals() };
      } catch (error) {
        await discard();
        throw error;
      }
    } finally {
      await source.close();
    }
  });
  if (options.json === true) return printJson(output);
  print(output.target);
  if (options.quiet !== true) printNote(`copied ${describeTransfer(output.transfer)}`);
}
