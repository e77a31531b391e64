import type { Environment } from "../../client/environment.ts";
import { helperAtHand } from "./helper-at-hand.ts";
import { type HelperProcess, startHelperProcess } from "./helper-process.ts";

let early: HelperProcess | undefined;

/** Starts the helper for who will need it: it gets ready while the rest of this process does. What keeps it from that is told to who needs it. */
export function startEarly(env: Environment): void {
  try {
    const helper = helperAtHand(env);
    if (helper !== undefined) early = startHelperProcess(helper);
  } catch {
    // it cannot be started
  }
}

/** The helper that was started early, for the first who asks. */
export function takeEarly(): HelperProcess | undefined {
  const taken = early;
  early = undefined;
  return taken;
}
