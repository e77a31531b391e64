import type { Operation } from "../../api/operation.ts";
import { OPERATIONS } from "../../api/operations.ts";
import { refusalsOf } from "../../api/refusals.ts";
import { ERROR_TABLE, type ErrorCode } from "../../oci/error-codes.ts";

type Json = Readonly<Record<string, unknown>>;

/** The listener itself refuses headers that are too large: before there is a request, hence not with a code of the operation. */
const BEFORE_REQUEST = { status: 431, name: "HeadersTooLarge", response: { description: "The request's headers or its URL are too large." } } as const;

/** The refusals of an operation, by status: references to responses that name the codes. */
export function refusalReferences(operation: Operation): Json {
  const references = [...byStatus(operation)].map(([status, codes]) => [status, { $ref: `#/components/responses/${nameOf(codes)}` }] as const);
  return Object.fromEntries([...references, [BEFORE_REQUEST.status, { $ref: `#/components/responses/${BEFORE_REQUEST.name}` }]]);
}

/** What `refusalReferences` of all operations refer to. */
export function refusalResponses(): Json {
  const sets = Object.values<Operation>(OPERATIONS).flatMap((operation) => [...byStatus(operation).values()]);
  const responses = sets.map((codes) => [nameOf(codes), refusal(codes)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([...responses, [BEFORE_REQUEST.name, BEFORE_REQUEST.response]]);
}

function byStatus(operation: Operation): ReadonlyMap<number, readonly ErrorCode[]> {
  const codes = refusalsOf(operation);
  const statusesOf = (code: ErrorCode): readonly number[] => ERROR_TABLE[code].statuses;
  const statuses = [...new Set(codes.flatMap(statusesOf))].sort((a, b) => a - b);
  return new Map(statuses.map((status) => [status, codes.filter((code) => statusesOf(code).includes(status))]));
}

function refusal(codes: readonly ErrorCode[]): Json {
  const schema = { $ref: "#/components/schemas/Errors", properties: { errors: { items: { properties: { code: { enum: codes } } } } } };
  return {
    description: codes.map((code) => `${code}: ${ERROR_TABLE[code].meaning}.`).join(" "),
    content: { "application/json": { schema } },
  };
}

/** `["NAME_UNKNOWN", "PATH_UNKNOWN"]` is `NameUnknownOrPathUnknown`. */
function nameOf(codes: readonly ErrorCode[]): string {
  return codes.map((code) => code.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())).join("Or");
}
