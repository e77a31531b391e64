import type { DownloadProgress } from "../../../modules/dependencies/download.ts";
import { printStatus } from "../../output/print.ts";
import { printable } from "../../output/printable.ts";
import { formatAmount } from "../../output/short-text.ts";
import { truncate } from "../../output/table.ts";
import { errColumns, isErrTerminal } from "../../output/terminal.ts";
import { isVerboseOn } from "../../output/verbose.ts";

/** Shows which modules are fetched, on standard error. */
export interface ModuleProgress {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Takes the line away that is still there. */
  stop(): void;
}

/** One line that changes on a terminal; nothing elsewhere, and with `--quiet` or `--json`: what was fetched is told at the end. */
export function showModuleProgress({ quiet, json }: { readonly quiet?: boolean; readonly json?: boolean }): ModuleProgress {
  const isShown = quiet !== true && json !== true && isErrTerminal() && process.env.TERM !== "dumb" && !isVerboseOn();
  return isShown ? oneLine() : { stop: () => {} };
}

function oneLine(): ModuleProgress {
  const done = new Set<string>();
  let isShown = false;
  return {
    onProgress({ path, version, received, total }) {
      isShown = true;
      if (received === total) done.add(`${path} ${version}`);
      const text = `fetching ${path} ${version}, ${amount(received, total)} (${done.size} done)`;
      printStatus(truncate(printable(text), (errColumns() ?? 80) - 1).trimEnd());
    },
    stop: () => {
      if (isShown) printStatus("");
    },
  };
}

function amount(received: number, total: number | undefined): string {
  return total === undefined ? formatAmount(received) : `${formatAmount(received)} of ${formatAmount(total)}`;
}
