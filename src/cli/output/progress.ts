import type { ProgressListener } from "../../client/progress.ts";
import { printErrLine } from "./print.ts";
import type { ProgressDisplay } from "./progress-lines.ts";
import { isErrTerminal } from "./terminal.ts";
import { TransferTally, type TransferTotals } from "./transfer-tally.ts";
import { isVerboseOn } from "./verbose.ts";

/** Shows what a transfer does, on standard error. */
export interface Progress {
  readonly onProgress: ProgressListener;
  /** Sums of the events so far. */
  totals(): TransferTotals;
  /** Takes the bars away. Nothing is shown after it. */
  stop(): void;
}

const NOTHING: ProgressDisplay = { show: () => {}, stop: () => {} };

/** Bars on a terminal, lines elsewhere, nothing with `--quiet` or `--json`. */
export async function startProgress({ quiet, json }: { readonly quiet?: boolean; readonly json?: boolean }): Promise<Progress> {
  const display = quiet === true || json === true ? NOTHING : await openDisplay();
  const tally = new TransferTally();
  return {
    onProgress(event) {
      tally.add(event);
      display.show(event);
    },
    totals: () => tally.totals(),
    stop: () => display.stop(),
  };
}

async function openDisplay(): Promise<ProgressDisplay> {
  // bars and other lines do not go together
  if (isErrTerminal() && process.env.TERM !== "dumb" && !isVerboseOn()) {
    const { lateDisplay } = await import("./late-display.ts");
    return lateDisplay(async () => (await import("./progress-bars.ts")).progressBars(process.stderr));
  }
  const { progressLines } = await import("./progress-lines.ts");
  return progressLines(printErrLine);
}
