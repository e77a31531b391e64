import type { ProgressEvent } from "../../client/progress.ts";
import { formatAmount } from "./short-text.ts";

/** What a transfer came to. */
export interface TransferTotals {
  /** Blobs and manifests. */
  readonly elements: number;
  /** Bytes of them all. */
  readonly bytes: number;
  /** Bytes that travelled. */
  readonly transferredBytes: number;
  /** Bytes that the target, or the cache, had already. */
  readonly presentBytes: number;
  /** Bytes that a registry took over from another of its repositories. */
  readonly mountedBytes: number;
}

/** Adds up the events of a transfer. */
export class TransferTally {
  readonly #latest = new Map<string, ProgressEvent>();

  add(event: ProgressEvent): void {
    this.#latest.set(event.digest, event);
  }

  totals(): TransferTotals {
    const events = [...this.#latest.values()];
    const sum = (of: (event: ProgressEvent) => number) => events.reduce((bytes, event) => bytes + of(event), 0);
    return {
      elements: events.length,
      bytes: sum(({ total }) => total),
      transferredBytes: sum(({ state, bytes, total }) => (state === "done" ? total : state === "moving" ? bytes : 0)),
      presentBytes: sum(({ state, total }) => (state === "skipped" ? total : 0)),
      mountedBytes: sum(({ state, total }) => (state === "mounted" ? total : 0)),
    };
  }
}

/** What travelled and what did not, in one line: `12.0 MiB of 80.0 MiB, the rest was there`. */
export function describeTransfer({ bytes, transferredBytes, presentBytes, mountedBytes }: TransferTotals): string {
  const reasons = [presentBytes > 0 ? "was there" : "", mountedBytes > 0 ? "was mounted" : ""].filter((reason) => reason !== "");
  if (reasons.length === 0) return formatAmount(transferredBytes);
  return `${formatAmount(transferredBytes)} of ${formatAmount(bytes)}, the rest ${reasons.join(" or ")}`;
}
