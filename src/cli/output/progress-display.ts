import type { ProgressEvent } from "../../client/progress.ts";

/** One way to show events. */
export interface ProgressDisplay {
  show(event: ProgressEvent): void;
  stop(): void;
}
