import { RegistryError } from "../oci/errors.ts";

/** RFC 6750, section 3.1. */
export type ChallengeError = "invalid_token" | "insufficient_scope";

export interface UnauthorizedOptions {
  /** The scope that would do, e.g. `repository:team/app:pull`. */
  readonly scope?: string | undefined;
  /** What is wrong with the bearer token that was sent. */
  readonly error?: ChallengeError | undefined;
  readonly cause?: unknown;
}

/** 401, with what its challenge (`WWW-Authenticate`) has to say. */
export class UnauthorizedError extends RegistryError {
  readonly scope: string | undefined;
  readonly error: ChallengeError | undefined;

  constructor(message: string, options: UnauthorizedOptions = {}) {
    super("UNAUTHORIZED", message, { cause: options.cause });
    this.scope = options.scope;
    this.error = options.error;
  }
}
