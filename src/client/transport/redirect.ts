import { ClientError } from "../client-error.ts";
import type { Reply, TransportRequest } from "./request.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** True for an answer to follow. What writes is sent again as it is or not at all, hence 307 and 308 only. */
export function isRedirect(request: TransportRequest, reply: Reply): boolean {
  if (!REDIRECTS.has(reply.status) || !reply.headers.has("Location")) return false;
  return request.method === "GET" || request.method === "HEAD" || reply.status >= 307;
}

/** True where a redirect leads to another host, or to what is no address. */
export function leavesHost({ url }: TransportRequest, reply: Reply): boolean {
  const location = reply.headers.get("Location") ?? "";
  return !URL.canParse(location, url.href) || new URL(location, url).host !== url.host;
}

/**
 * The request to send in place of one that was redirected. Credentials and scopes stay with the origin they are for.
 * @throws ClientError `refused` when it leads from HTTPS to HTTP, or to something that is neither
 */
export function redirected(request: TransportRequest, reply: Reply): TransportRequest {
  const location = reply.headers.get("Location") ?? "";
  if (!URL.canParse(location, request.url.href))
    throw new ClientError("network", `${request.url.host} redirects to an address that is none: it may be misconfigured`);
  const url = new URL(location, request.url);
  if (url.protocol !== "https:" && (url.protocol !== "http:" || request.url.protocol === "https:")) {
    throw new ClientError("refused", `${request.url.host} redirects to ${url.protocol}//${url.host}, which is not encrypted: it was not followed`);
  }
  const { headers = {} } = request;
  return { ...request, url, headers: url.origin === request.url.origin ? headers : withoutCredentials(headers) };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie|proxy-authorization)$/i.test(name)));
}
