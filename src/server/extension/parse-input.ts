import { z } from "zod";
import { nearestName } from "../../nearest-name.ts";
import { abbreviate } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { readSmallBody } from "../body.ts";
import type { HttpRequest } from "../http.ts";

/** Bytes of a query part of a URL. */
const QUERY_LIMIT = 12 * 1024;

/**
 * Parses the query part of a URL by a schema: texts become the numbers, booleans and lists that it asks for.
 * @param search as it stands in the URL, without `?`
 * @param parameters the same, parsed
 * @throws RegistryError `PARAMETER_INVALID` that names the parameter, `QUERY_TOO_LONG`
 */
export function parseQuery<T extends z.ZodObject>(schema: T, search: string, parameters: URLSearchParams): z.output<T> {
  if (search.length > QUERY_LIMIT) throw new RegistryError("QUERY_TOO_LONG", `the query is longer than ${QUERY_LIMIT} bytes`);
  if (!isEncodedWell(search)) throw new RegistryError("PARAMETER_INVALID", "the query is not valid UTF-8 in percent-encoding");
  const values: Record<string, unknown> = {};
  for (const name of new Set(parameters.keys())) {
    const kind = Object.hasOwn(schema.shape, name) ? kindOf(schema.shape[name]) : undefined;
    if (kind === undefined) throw unknownParameter(name, Object.keys(schema.shape));
    const texts = parameters.getAll(name);
    if (texts.some(isUnsafeText)) throw invalid(name, "it holds characters that no name or text here has");
    const [first = "", ...more] = texts;
    if (kind !== "list" && more.length > 0) throw invalid(name, "it was given more than once");
    values[name] = kind === "list" ? texts : convert(kind, name, first);
  }
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw issue === undefined ? invalid("query", "it is not understood") : problemOf(issue);
}

type Kind = "list" | "number" | "boolean" | "text";

function kindOf(schema: unknown): Kind {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return "list";
  if (schema instanceof z.ZodNumber) return "number";
  return schema instanceof z.ZodBoolean ? "boolean" : "text";
}

function convert(kind: Exclude<Kind, "list">, name: string, text: string): unknown {
  if (kind === "text") return text;
  if (kind === "number") {
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw invalid(name, `expected a whole number, not '${abbreviate(text, 40)}'`);
  }
  if (text === "true" || text === "false") return text === "true";
  throw invalid(name, `expected true or false, not '${abbreviate(text, 40)}'`);
}

function problemOf({ path, message, code }: z.core.$ZodIssue): RegistryError {
  const [name] = path;
  const missing = code === "invalid_type" && message.endsWith("received undefined");
  return invalid(String(name ?? "query"), missing ? "it is required" : message);
}

function invalid(parameter: string, problem: string): RegistryError {
  return new RegistryError("PARAMETER_INVALID", `parameter ${abbreviate(parameter, 64)}: ${problem}`, { detail: { parameter: abbreviate(parameter, 64) } });
}

function unknownParameter(name: string, known: readonly string[]): RegistryError {
  const nearest = nearestName(abbreviate(name, 64), known);
  const advice = nearest !== undefined ? `did you mean ${nearest}?` : known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  return new RegistryError("PARAMETER_INVALID", `this operation has no parameter '${abbreviate(name, 64)}': ${advice}`, {
    detail: { parameter: abbreviate(name, 64) },
  });
}

function isEncodedWell(search: string): boolean {
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
}

/** Bytes of a body, where its operation does not say more. */
const BODY_LIMIT = 2 ** 20;

/**
 * Reads a body in JSON by a schema. That it says to be JSON was seen to before.
 * @param limit bytes
 * @throws RegistryError `BODY_INVALID` with the path of the first wrong field, `BODY_TOO_LARGE`
 */
export async function parseJsonBody<T extends z.ZodType>(schema: T, request: HttpRequest, limit = BODY_LIMIT): Promise<z.output<T>> {
  const tooLarge = () => new RegistryError("BODY_TOO_LARGE", `the body is larger than ${limit} bytes`);
  const bytes = await readSmallBody(request, { limit, tooLarge });
  const value = parseJson(bytes);
  if (holdsUnsafeText(value)) throw new RegistryError("BODY_INVALID", "the body holds NUL or half of a surrogate pair, which no text here has");
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join(".").slice(0, 128) || "(document)";
  throw new RegistryError("BODY_INVALID", `body field ${field}: ${issue?.message ?? "invalid"}`, { detail: { field } });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RegistryError("BODY_INVALID", "the body is not valid JSON in UTF-8", { cause });
  }
}

/** True when no text column takes a text: it holds NUL, or half of a surrogate pair. */
function isUnsafeText(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

/** True when a text in the value, keys included, is unsafe. It does not recurse: nesting may be deep. */
function holdsUnsafeText(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string" && isUnsafeText(next)) return true;
    if (typeof next !== "object" || next === null) continue;
    for (const [key, member] of Object.entries(next)) {
      if (isUnsafeText(key)) return true;
      open.push(member);
    }
  }
  return false;
}
