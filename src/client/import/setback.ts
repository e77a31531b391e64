import { ClientError } from "../client-error.ts";
import type { Limiter } from "../limiter.ts";
import type { FindingState } from "./import-report.ts";

/** Failures of one side in a row, each after all tries of its own, after which it is taken for gone. */
const ROW = 10;

/** The target has no room for what is sent (RFC 4918, section 11.5). */
const NO_ROOM = 507;

/** What keeps one thing from being brought over; the rest goes on. */
export class Setback extends Error {
  readonly state: FindingState;
  /** The source does not have it. */
  readonly isAbsence: boolean;
  /** The target takes nothing at all of the repository. */
  readonly closes: boolean;

  constructor(state: FindingState, reason: string, { isAbsence = false, closes = false } = {}) {
    super(reason);
    this.state = state;
    this.isAbsence = isAbsence;
    this.closes = closes;
  }
}

export type SideName = "source" | "target";

/** One of the two sides of an import: makes setbacks of its errors, and ends the import when it is gone. */
export class Side {
  readonly #name: SideName;
  readonly #limiter: Limiter;
  readonly #controller: AbortController;
  #failures = 0;

  /** @param controller aborted with the error once the side is gone */
  constructor(name: SideName, limiter: Limiter, controller: AbortController) {
    this.#name = name;
    this.#limiter = limiter;
    this.#controller = controller;
  }

  /**
   * @param limiter for what takes long. Default: that of the side
   * @throws Setback, or the reason why the import ended
   */
  async ask<T>(task: (options: { readonly signal: AbortSignal }) => Promise<T>, limiter = this.#limiter): Promise<T> {
    const { signal } = this.#controller;
    try {
      const answer = await limiter.run(() => {
        signal.throwIfAborted();
        return task({ signal });
      });
      this.#failures = 0;
      return answer;
    } catch (error) {
      throw this.setback(error);
    }
  }

  /** What an error of this side means. */
  setback(error: unknown): unknown {
    const { signal } = this.#controller;
    if (signal.aborted) return signal.reason;
    if (!(error instanceof ClientError)) return error;
    const isRefusal = error.kind === "refused" || error.kind === "invalid";
    const isHidden = error.kind === "permission" || error.kind === "not-found";
    if (isRefusal || isHidden) {
      this.#failures = 0;
      if (this.#name === "source") return new Setback("broken", error.message, { isAbsence: error.kind === "not-found" });
      return new Setback("refused", error.message, { closes: isHidden });
    }
    this.#failures++;
    if (this.#failures < ROW && error.status !== NO_ROOM) return new Setback("failed", error.message);
    this.#controller.abort(error);
    return error;
  }
}
