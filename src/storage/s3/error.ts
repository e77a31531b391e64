import { ContentStoreError } from "../content-store.ts";

/** What S3 calls the causes that this program knows what to do about. */
const NO_SPACE = new Set([
  "QuotaExceeded",
  "InsufficientStorage",
  "InsufficientCapacity",
  "XMinioStorageFull",
  "XMinioAdminBucketQuotaExceeded",
  "StorageFull",
]);

/** Worth another attempt, whatever the status says. */
const PASSING = new Set(["SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "RequestLimitExceeded", "OperationAborted"]);

const WRONG_REGION = new Set(["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "TemporaryRedirect"]);
const WRONG_CREDENTIALS = new Set(["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired"]);

/** These are over with credentials that are fetched anew. */
export const STALE_CREDENTIALS: ReadonlySet<string> = new Set(["ExpiredToken", "TokenRefreshRequired", "InvalidToken"]);

export interface S3ErrorOptions extends ErrorOptions {
  /** S3's own code, e.g. `NoSuchKey`, or one of the connection's. */
  readonly code: string;
  /** Undefined when no answer came. */
  readonly status?: number | undefined;
  /** Another attempt may succeed. */
  readonly passing?: boolean;
  /** Milliseconds that the service asked to be left alone. */
  readonly retryAfter?: number | undefined;
}

/** A refusal or a failure of the S3 service; `no-space` or `unavailable` for whoever knows no S3. */
export class S3Error extends ContentStoreError {
  readonly code: string;
  readonly status: number | undefined;
  readonly passing: boolean;
  readonly retryAfter: number | undefined;

  constructor(message: string, { code, status, passing = false, retryAfter, ...options }: S3ErrorOptions) {
    super(status === 507 || NO_SPACE.has(code) ? "no-space" : "unavailable", message, options);
    this.name = "S3Error";
    this.code = code;
    this.status = status;
    this.passing = passing;
    this.retryAfter = retryAfter;
  }
}

/** What an answer that is no success says. */
export interface Refusal {
  readonly operation: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly status: number;
  /** `<Code>` and `<Message>` of the answer; a HEAD has none. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The region where the bucket is, if the service says so. */
  readonly otherRegion?: string | undefined;
  /** The service's time, and the one that the request was signed with, as they are written. */
  readonly serviceTime?: string | undefined;
  readonly signedTime: string;
  readonly retryAfter?: number | undefined;
}

/** One line that says what S3 refused, and what to do about it. */
export function refusal(answer: Refusal): S3Error {
  const code = answer.code ?? `HTTP ${answer.status}`;
  const { status, retryAfter } = answer;
  const passing = PASSING.has(code) || status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 507);
  return new S3Error(`S3 refused ${answer.operation} on bucket '${answer.bucket}': ${cause(code, answer)}`, { code, status, passing, retryAfter });
}

function cause(code: string, { bucket, endpoint, region, status, message, otherRegion, serviceTime, signedTime }: Refusal): string {
  const said = message === undefined || message === "" ? code : `${code} (${message})`;
  if (code === "NoSuchBucket") return `there is no such bucket at ${endpoint}; make it, or correct storage.content.bucket`;
  if (NO_SPACE.has(code) || status === 507) return `${said}; the bucket is full: free some space or raise its quota`;
  if (WRONG_REGION.has(code)) {
    return `it is not in the region '${region}'${otherRegion === undefined ? "" : ` but in '${otherRegion}'`}; correct storage.content.region or storage.content.endpoint (${said})`;
  }
  if (code === "RequestTimeTooSkewed") {
    return `the clocks are too far apart: the request was signed at ${signedTime}${serviceTime === undefined ? "" : `, there it is ${serviceTime}`}; set the clocks (with PostgreSQL, the database's counts)`;
  }
  if (WRONG_CREDENTIALS.has(code)) return `${said}; correct the credentials`;
  if (status === 401 || status === 403) return `${said}; these credentials may not do that in '${bucket}', or it is read-only`;
  return said;
}
