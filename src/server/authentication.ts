import { serviceName } from "../access/access.ts";
import { UnauthorizedError } from "../access/unauthorized-error.ts";
import type { RegistryError } from "../oci/errors.ts";
import type { HttpRequest } from "./http.ts";

/** Path of the token endpoint, below the URL under which clients reach the registry. */
export const TOKEN_PATH = "/token";

/** RFC 9110, section 7.2, for host names and addresses as clients of a registry write them. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** What may stand in a quoted string without escapes (RFC 9110, section 5.6.4). */
const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

export interface ChallengeOptions {
  readonly publicUrl: string | undefined;
  /** Why the request is refused. What it says about scope and token goes before the rest. */
  readonly error?: RegistryError | undefined;
  readonly repository?: string | undefined;
  readonly actions?: readonly string[] | undefined;
}

/**
 * The value of `WWW-Authenticate` that goes with 401 (RFC 6750, section 3). There is one challenge, Bearer, as some clients
 * read the first one only; Basic credentials are accepted all the same.
 */
export function challenge(request: Pick<HttpRequest, "origin">, { publicUrl, error, repository, actions = [] }: ChallengeOptions): string {
  const unauthorized = error instanceof UnauthorizedError ? error : undefined;
  const needed = repository === undefined ? undefined : `repository:${repository}:${actions.join(",")}`;
  const parameters = [
    ["realm", tokenRealm(request, publicUrl)],
    ["service", serviceName(publicUrl)],
    ["scope", unauthorized?.scope ?? needed],
    ["error", unauthorized?.error],
  ] as const;
  const list = parameters.flatMap(([name, value]) => (value !== undefined && QUOTABLE.test(value) ? [`${name}="${value}"`] : []));
  return `Bearer ${list.join(",")}`;
}

/**
 * URL of the token endpoint: below `publicUrl`, else on the host that the client itself named. `X-Forwarded-*` is not
 * read, as anybody can send it.
 */
export function tokenRealm(request: Pick<HttpRequest, "origin">, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "") + TOKEN_PATH;
  const [scheme, host = ""] = request.origin.split("://");
  return `${scheme}://${HOST.test(host) ? host : "localhost"}${TOKEN_PATH}`;
}

/** URL of this registry, with the path `/`, as clients reach it. What a client calls its host need not be a host. */
export function registryUrl(request: Pick<HttpRequest, "origin">, publicUrl: string | undefined): URL {
  return new URL("/", URL.parse(tokenRealm(request, publicUrl)) ?? "http://localhost");
}
