import { ERROR_TABLE, type ErrorCode } from "../../oci/error-codes.ts";
import type { ClientErrorKind } from "../client-error.ts";

/** What a refusal of the package API means for the caller. `advised`: the status says all, and who asks needs advice beside the registry's words. */
type Meaning = ClientErrorKind | "advised" | "absent";

const MEANINGS: Readonly<Record<ErrorCode, Meaning>> = {
  UNAUTHORIZED: "advised",
  DENIED: "advised",
  CROSS_ORIGIN: "advised",
  TOOMANYREQUESTS: "advised",
  UNKNOWN: "advised",
  UNAVAILABLE: "advised",
  PATH_UNKNOWN: "absent",
  METHOD_NOT_ALLOWED: "absent",
  BLOB_UNKNOWN: "not-found",
  BLOB_UPLOAD_UNKNOWN: "not-found",
  MANIFEST_BLOB_UNKNOWN: "refused",
  MANIFEST_UNKNOWN: "not-found",
  NAME_UNKNOWN: "not-found",
  NAMESPACE_UNKNOWN: "not-found",
  PROJECT_UNKNOWN: "not-found",
  TYPE_UNKNOWN: "not-found",
  USER_UNKNOWN: "not-found",
  TOKEN_UNKNOWN: "not-found",
  VERSION_UNKNOWN: "not-found",
  PLATFORM_UNKNOWN: "not-found",
  BLOB_UPLOAD_INVALID: "refused",
  DIGEST_INVALID: "refused",
  MANIFEST_INVALID: "refused",
  NAME_INVALID: "refused",
  SIZE_INVALID: "refused",
  TAG_INVALID: "refused",
  UNSUPPORTED: "refused",
  REQUEST_INVALID: "refused",
  PARAMETER_INVALID: "refused",
  CURSOR_INVALID: "refused",
  VERSION_RANGE_INVALID: "refused",
  SCOPE_INVALID: "refused",
  QUERY_TOO_LONG: "refused",
  BODY_INVALID: "refused",
  BODY_INCOMPLETE: "network",
  BODY_TOO_LARGE: "refused",
  LIMIT_EXCEEDED: "refused",
  MEDIA_TYPE_UNSUPPORTED: "refused",
  NOT_ACCEPTABLE: "refused",
  CONFLICT: "refused",
  POLICY_VIOLATION: "refused",
  MISDIRECTED: "refused",
};

/** What a registry of the version before meant, which had one code for all of these. */
const BEFORE: Readonly<Record<number, ErrorCode>> = {
  404: "PATH_UNKNOWN",
  405: "METHOD_NOT_ALLOWED",
  406: "NOT_ACCEPTABLE",
  409: "CONFLICT",
  414: "QUERY_TOO_LONG",
  415: "MEDIA_TYPE_UNSUPPORTED",
  421: "MISDIRECTED",
};

/** The code of the table that a refusal of the package API has; undefined: it has none, or one of a later version. */
export function operationCode(status: number, code: string | undefined): ErrorCode | undefined {
  if (code === "UNSUPPORTED") return BEFORE[status] ?? code;
  return code !== undefined && isErrorCode(code) ? code : undefined;
}

/** What a refusal of the package API means; of a code that is not known what its status says. */
export function operationMeaning(status: number, code: ErrorCode | undefined): Meaning {
  if (code !== undefined) return MEANINGS[code];
  if (status === 404) return "not-found";
  return status >= 400 && status < 500 && ![401, 403, 429].includes(status) ? "refused" : "advised";
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}
