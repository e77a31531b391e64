import { ERROR_TABLE, type ErrorCode, type StatusOf } from "./error-codes.ts";

export interface RegistryErrorOptions<Code extends ErrorCode = ErrorCode> {
  /** One of those that the table has for the code, e.g. 413 for a manifest that is too large. Default: the first of them. */
  readonly status?: StatusOf<Code>;
  /** Anything JSON that helps the client to resolve the issue. Never a secret. */
  readonly detail?: unknown;
  /** More headers of the answer, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal with a stable code. `message` names the thing and the next step; only `server/` turns it into a response. */
export class RegistryError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly status: StatusOf<Code>;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: Code, message?: string, options: RegistryErrorOptions<Code> = {}) {
    const { statuses, meaning } = ERROR_TABLE[code];
    super(message ?? meaning, { cause: options.cause });
    this.name = "RegistryError";
    this.code = code;
    this.status = options.status ?? statuses[0];
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }
}
