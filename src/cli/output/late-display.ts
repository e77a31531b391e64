import type { ProgressEvent } from "../../client/progress.ts";
import type { ProgressDisplay } from "./progress-lines.ts";

/** Milliseconds before anything is shown: setting up bars takes longer than a small transfer, and nobody could read them. */
const DELAY = 150;

/** A display that is opened when a transfer takes so long, and is then told where each element is. */
export function lateDisplay(open: () => Promise<ProgressDisplay>, delay = DELAY): ProgressDisplay {
  const latest = new Map<string, ProgressEvent>();
  let display: ProgressDisplay | undefined;
  let isOver = false;
  const begin = async () => {
    const opened = await open();
    if (isOver) return opened.stop();
    for (const event of latest.values()) opened.show(event);
    display = opened;
  };
  const timer = setTimeout(begin, delay);
  return {
    show(event) {
      if (display === undefined) latest.set(event.digest, event);
      else display.show(event);
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
      display?.stop();
    },
  };
}
