import type { z } from "zod";
import { RegistryError } from "../../oci/errors.ts";
import { readSmallBody } from "../body.ts";
import type { HttpRequest } from "../http.ts";
import { holdsUnsafeText } from "./unsafe-text.ts";

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
