import { ClientError } from "../client-error.ts";
import type { Reply } from "../transport/request.ts";

/** Pages that one list is read to. */
export const PAGE_LIMIT = 10_000;

/**
 * The address of the next page: the target of the Link with rel="next" (RFC 8288). It stays with the registry that was asked.
 * @throws ClientError `network` when the link leads nowhere or to another host
 */
export function nextPage(reply: Reply): URL | undefined {
  for (const [, target = "", parameters = ""] of (reply.headers.get("Link") ?? "").matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)(?=[\s;,]|$)/i.test(parameters)) continue;
    if (!URL.canParse(target, reply.url.href)) throw misled(reply);
    const url = new URL(target, reply.url);
    // a proxy in front that ends TLS often makes links of http
    if (url.host === reply.url.host) url.protocol = reply.url.protocol;
    if (url.origin !== reply.url.origin || url.href === reply.url.href) throw misled(reply);
    return url;
  }
  return undefined;
}

function misled(reply: Reply): ClientError {
  return new ClientError("network", `${reply.url.host} continues a list at an address that cannot be followed: the registry may be misconfigured`);
}
