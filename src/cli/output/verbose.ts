import type { TraceEvent, TraceListener } from "../../client/trace.ts";
import { printErrLine } from "./print.ts";

let isVerbose = false;

/** Turns `--verbose` on, for the whole process. */
export function beVerbose(): void {
  isVerbose = true;
}

/** True with `--verbose`. */
export function isVerboseOn(): boolean {
  return isVerbose;
}

/** Prints each request, retry and look into a cache on standard error; undefined without `--verbose`. Give it to all that talks to registries. */
export function traceListener(): TraceListener | undefined {
  return isVerbose ? (event) => printErrLine(traceLine(event)) : undefined;
}

const CACHE_WORDS = { hit: "hit", miss: "miss", damaged: "damaged, removed", part: "has the beginning" } as const;

/** One event as one line. */
function traceLine(event: TraceEvent): string {
  switch (event.kind) {
    case "request": {
      const { method, url, status, sent, received, millis, problem } = event;
      const body = sent === 0 ? "" : `${sent} bytes sent, `;
      return `${method} ${url} ${status ?? "failed"}, ${body}${received} bytes, ${millis} ms${problem === undefined ? "" : `: ${problem}`}`;
    }
    case "retry":
      return `retry ${event.attempt} of ${event.attempts} in ${event.wait} ms: ${event.method} ${event.url}`;
    case "cache":
      return `cache ${CACHE_WORDS[event.found]}: ${event.digest}, ${event.size} bytes`;
    case "module-cache":
      return `cache hit: module ${event.path} ${event.version}`;
  }
}
