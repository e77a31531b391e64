import { type Bar, MultiBar } from "cli-progress";
import type { ProgressEvent } from "../../client/progress.ts";
import { printable } from "./printable.ts";
import type { ProgressDisplay } from "./progress-lines.ts";
import { formatAmount, shortHex } from "./short-text.ts";
import { truncate } from "./table.ts";

/** Columns of the bar itself, and of all that stands around the title. */
const BAR_COLUMNS = 24;
const OTHER_COLUMNS = 63;

/** Bytes below which an element is through before anyone could read its bar. */
const SHOWN_FROM = 256 * 1024;

/** Times a second that the bars are drawn. */
const DRAWN = 10;

const FORMAT = "{label} [{bar}] {amount} {title}";

/** A bar for the whole and one for each large element that is under way; all are gone at the end. */
export function progressBars(stream: NodeJS.WriteStream): ProgressDisplay {
  const bars = new MultiBar({
    stream,
    format: FORMAT,
    barsize: BAR_COLUMNS,
    barCompleteChar: "#",
    barIncompleteChar: ".",
    fps: DRAWN,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    emptyOnZero: true,
    gracefulExit: false,
  });
  const room = Math.max(8, (stream.columns ?? 80) - OTHER_COLUMNS);
  const whole = bars.create(1, 0, { label: "total".padEnd(12), amount: "", title: "" });
  const shown = new Map<string, Bar>();
  const moved = new Map<string, number>();
  let all = 0;
  let through = 0;

  function addToWhole({ digest, bytes, total, state }: ProgressEvent): void {
    if (!moved.has(digest)) all += total;
    const now = state === "started" || state === "moving" ? bytes : total;
    through += now - (moved.get(digest) ?? 0);
    moved.set(digest, now);
    whole.setTotal(Math.max(1, all));
    whole.update(through, { amount: amountOf(through, all) });
  }

  return {
    show(event) {
      addToWhole(event);
      const { digest, bytes, total, state } = event;
      const bar = shown.get(digest);
      if (state === "moving") {
        const payload = { label: shortHex(digest), amount: amountOf(bytes, total), title: truncate(printable(event.title), room) };
        if (bar !== undefined) bar.update(bytes, payload);
        else if (total >= SHOWN_FROM) shown.set(digest, bars.create(total, bytes, payload));
      } else if (state !== "started" && bar !== undefined) {
        bars.remove(bar);
        shown.delete(digest);
      }
    },
    stop: () => bars.stop(),
  };
}

function amountOf(bytes: number, total: number): string {
  return `${formatAmount(bytes)} / ${formatAmount(total)}`.padStart(21);
}
