/** What an error means for the caller; the command line has an exit code for each. */
export type ClientErrorKind =
  /** The registry could not be reached, fell silent, broke off, or failed on its side (5xx, 429 after all attempts). */
  | "network"
  /** 401, 403, or credentials that could not be had. */
  | "permission"
  /** Not there, or not visible to this user: registries answer 404 for both. */
  | "not-found"
  /** Input that no registry would take, or content that is not what it says. */
  | "invalid"
  /** The registry understood and declined; the same request will be declined again. */
  | "refused"
  /** Anything else, such as a folder that cannot be written. */
  | "general";

export interface ClientErrorOptions {
  /** HTTP status of the answer that caused it. */
  readonly status?: number;
  /** Error code of the registry's answer, e.g. `MANIFEST_UNKNOWN`; `POLICY_VIOLATION` of each that names a policy. */
  readonly code?: string;
  /** Milliseconds that the registry asked to wait. */
  readonly retryAfter?: number;
  /** The registry's own words, where they say more than the code. */
  readonly said?: string;
  readonly cause?: unknown;
}

/** A failure whose message is one line for the user: what failed, why, what to do next. It never holds a secret. */
export class ClientError extends Error {
  readonly kind: ClientErrorKind;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfter: number | undefined;
  readonly said: string | undefined;

  constructor(kind: ClientErrorKind, message: string, options: ClientErrorOptions = {}) {
    super(message.trim().replaceAll(/\s*\n\s*/g, " "), { cause: options.cause });
    this.name = "ClientError";
    this.kind = kind;
    this.status = options.status;
    this.code = options.code;
    this.retryAfter = options.retryAfter;
    this.said = options.said;
  }
}

/** True for a `ClientError` of this kind. */
export function isClientError(error: unknown, kind?: ClientErrorKind): error is ClientError {
  return error instanceof ClientError && (kind === undefined || error.kind === kind);
}
