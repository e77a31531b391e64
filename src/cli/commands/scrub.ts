import type { Command } from "commander";
import type { ScrubReport } from "../../registry/scrub.ts";
import { addExamples } from "../help/examples.ts";
import { addConfigOptions, type ConfigOptions } from "../options/config.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printStatus } from "../output/print.ts";
import { counted, formatAmount } from "../output/short-text.ts";
import { isErrTerminal } from "../output/terminal.ts";
import { withExistingContent } from "../sessions/stores.ts";

interface ScrubOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./scrub.output.ts")).scrubOutput;

/** `opm scrub`: reads everything that is stored and compares it with its digest. */
export function define(command: Command): void {
  addConfigOptions(command).option("--json", "print JSON, as docs/reference/json.md describes it").action(run);
  addExamples(command, ["opm scrub --data /srv/opm", "after a restore, or once a month; nothing is changed"]);
}

async function run(options: ScrubOptions): Promise<void> {
  const [{ scrub }, { compareStores }] = await Promise.all([import("../../registry/scrub.ts"), import("../../registry/store-identity.ts")]);
  const { report, stores } = await withExistingContent(options, async (open) => {
    const belonging = await compareStores(open);
    if (belonging !== "same") return { stores: belonging, report: NOTHING };
    const done = await scrub(open, { now: await open.metadata.coordination.time(), onProgress: progress() });
    await open.metadata.collection.noteRun("scrub", await open.metadata.coordination.time());
    return { stores: belonging, report: done };
  }).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    if (options.json === true) printJson({ ...NOTHING, stores: "absent" });
    throw new CliError(EXIT.finding, `nothing was checked: ${error.message}`, { cause: error });
  });
  const { checked, bytes, problems, orphans, orphanBytes, brokenUploads, mostlyUnknown } = report;
  if (options.json === true) printJson({ ...report, stores });
  else if (stores === "same") {
    print(...problems.map(({ problem, kind, digest }) => `${problem} ${kind} ${digest}`));
    const unknown = orphans === 0 ? "" : ` that the database does not know, ${formatAmount(orphanBytes)}: they stay, see opm gc --unknown`;
    print(`checked ${counted(checked, "blob or manifest", "blobs and manifests")}, ${formatAmount(bytes)}; ${counted(orphans, "orphan")}${unknown}`);
    if (brokenUploads > 0) print(`${counted(brokenUploads, "upload")} in parts without a session, older than a day: see opm gc --unknown`);
  }
  const findings = [
    ...(stores === "foreign" ? ["nothing was checked: the metadata database belongs to another content store; restore both from one backup"] : []),
    ...(stores === "unclaimed"
      ? ["nothing was checked: content and metadata database do not know each other; start `opm serve` once, which looks whether they fit"]
      : []),
    ...(problems.length > 0 ? [`${problems.length} of ${checked} contents are damaged: push them again, or restore them from a backup`] : []),
    ...(mostlyUnknown
      ? [`${orphans} contents are unknown to the database, more than it knows: is it an old copy? Nothing was changed; restore the right one`]
      : []),
  ];
  if (findings.length > 0) throw new CliError(EXIT.finding, findings.join("; "));
}

/** What is reported where content and database are not each other's. */
const NOTHING: ScrubReport = { checked: 0, bytes: 0, problems: [], orphans: 0, orphanBytes: 0, brokenUploads: 0, mostlyUnknown: false };

/** The content store or the database is not there. */
function isAbsent(error: unknown): error is Error {
  return error instanceof Error && "reason" in error && error.reason === "absent";
}

/** One line on a terminal, rewritten as the work goes on; nothing elsewhere. */
function progress(): ((state: { readonly checked: number }) => void) | undefined {
  if (!isErrTerminal()) return undefined;
  let shown = 0;
  return ({ checked }) => {
    const now = performance.now();
    if (now - shown < 200) return;
    shown = now;
    printStatus(`checked ${checked}`);
  };
}
