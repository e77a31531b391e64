import type { Command } from "commander";
import { addConfigOptions, type ConfigOptions } from "../config-options.ts";
import { CliError, EXIT } from "../exit-code.ts";
import { print, printJson, printStatus } from "../output.ts";
import { withExistingStores } from "../stores.ts";
import { isErrTerminal } from "../terminal.ts";

interface ScrubOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** `opm scrub`: reads everything that is stored and compares it with its digest. */
export function registerScrub(program: Command): void {
  addConfigOptions(program.command("scrub").description("read all content and compare it with its digests; exits with 6 if some is damaged"))
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(run);
}

async function run(options: ScrubOptions): Promise<void> {
  const [{ scrub }, { formatAmount }] = await Promise.all([import("../../registry/scrub.ts"), import("../amount.ts")]);
  const report = await withExistingStores(options, (stores) => scrub(stores, { onProgress: progress() }));
  const { checked, bytes, problems, orphans } = report;
  if (options.json === true) printJson(report);
  else {
    print(...problems.map(({ problem, kind, digest }) => `${problem} ${kind} ${digest}`));
    print(`checked ${checked} blobs and manifests, ${formatAmount(bytes)}; ${orphans} orphans left to the collector`);
  }
  if (problems.length > 0) {
    throw new CliError(EXIT.finding, `${problems.length} of ${checked} contents are damaged: push them again, or restore them from a backup`);
  }
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
