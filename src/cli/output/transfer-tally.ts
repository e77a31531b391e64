import type { ProgressEvent } from "../../client/progress.ts";

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
