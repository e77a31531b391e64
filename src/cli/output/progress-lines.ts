import type { ProgressEvent, TransferState } from "../../client/progress.ts";
import { printable } from "./printable.ts";
import { formatAmount, shortHex } from "./short-text.ts";

/** One way to show events. */
export interface ProgressDisplay {
  show(event: ProgressEvent): void;
  stop(): void;
}

/** Milliseconds between lines about what is still under way. */
const INTERVAL = 10_000;

const WORDS: Readonly<Record<TransferState, string | undefined>> = {
  started: undefined,
  moving: "moving",
  done: "done",
  skipped: "present",
  mounted: "mounted",
};

/** A line for each element that is through, and now and then one that is not: for logs. */
export function progressLines(write: (line: string) => void, now: () => number = () => performance.now()): ProgressDisplay {
  let last = now();
  return {
    show(event) {
      const word = WORDS[event.state];
      if (word === undefined) return;
      if (event.state === "moving") {
        if (now() - last < INTERVAL) return;
        last = now();
      }
      write(`${word.padEnd(7)}  ${shortHex(event.digest)}  ${amountOf(event).padStart(10)}  ${printable(event.title)}`);
    },
    stop() {},
  };
}

function amountOf({ state, bytes, total }: ProgressEvent): string {
  return state === "moving" ? `${formatAmount(bytes)} of ${formatAmount(total)}` : formatAmount(total);
}
