import type { ErrorCode } from "../oci/error-codes.ts";
import type { Operation } from "./operation.ts";

/** What may happen to every request, before or beside what its operation does. */
export const COMMON_REFUSALS = [
  ...(["REQUEST_INVALID", "PARAMETER_INVALID", "QUERY_TOO_LONG", "UNAUTHORIZED", "DENIED", "METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE"] as const),
  ...(["MISDIRECTED", "TOOMANYREQUESTS", "UNKNOWN", "UNAVAILABLE"] as const),
] as const satisfies readonly ErrorCode[];

/** Of requests that are no GET: what web pages of others may not send. */
const OF_CHANGES = ["CROSS_ORIGIN", "MEDIA_TYPE_UNSUPPORTED"] as const satisfies readonly ErrorCode[];
const OF_BODIES = ["BODY_INVALID", "BODY_INCOMPLETE", "BODY_TOO_LARGE"] as const satisfies readonly ErrorCode[];

/** Codes that an operation may answer with, each once: those of all, those that its parts bring about, and its own. */
export function refusalsOf({ method, path, paged, body, refusals = [] }: Operation): readonly ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...COMMON_REFUSALS,
      ...(paged === true ? (["CURSOR_INVALID"] as const) : []),
      // what is not encoded well is at no path
      ...(path.includes("{") ? (["PATH_UNKNOWN"] as const) : []),
      ...(/\{(?:name|namespace|project)\}/.test(path) ? (["NAME_INVALID"] as const) : []),
      ...(path.includes("{name}") ? (["NAME_UNKNOWN"] as const) : []),
      ...(method === "GET" ? [] : OF_CHANGES),
      ...(body === undefined ? [] : OF_BODIES),
      ...refusals,
    ]),
  ];
}
