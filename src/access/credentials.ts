import { UnauthorizedError } from "./unauthorized-error.ts";

/** What an Authorization header holds. */
export type Credentials =
  | { readonly scheme: "basic"; readonly user: string; readonly password: string }
  | { readonly scheme: "bearer"; readonly token: string };

/** Characters; a longer header is not looked at. */
const HEADER_LIMIT = 16 * 1024;

const HEADER = /^ *(basic|bearer) +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * Parses an Authorization header (RFC 7617 with UTF-8, RFC 6750).
 * @throws UnauthorizedError for what is neither Basic nor Bearer, and for what is malformed
 */
export function parseAuthorization(header: string): Credentials {
  if (header.length > HEADER_LIMIT) throw new UnauthorizedError(`the Authorization header is longer than ${HEADER_LIMIT} characters`);
  const [, scheme, value] = HEADER.exec(header) ?? [];
  if (scheme === undefined || value === undefined) {
    throw new UnauthorizedError("the Authorization header is malformed: expected Basic <base64 of user:password> or Bearer <token>");
  }
  return scheme.toLowerCase() === "bearer" ? { scheme: "bearer", token: value } : parseBasic(value);
}

function parseBasic(encoded: string): Credentials {
  const text = decode(encoded);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) throw new UnauthorizedError("the Basic credentials are malformed: expected the base64 of user:password in UTF-8");
  return { scheme: "basic", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decode(encoded: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, "base64"));
  } catch {
    return undefined;
  }
}
