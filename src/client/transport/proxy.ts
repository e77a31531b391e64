import { isLoopback } from "../../oci/loopback.ts";
import type { Environment } from "../environment.ts";

/**
 * The proxy for an address as the environment names it: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, and NO_PROXY for the hosts
 * that take none, in either case. The loopback never takes one.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  if (isLoopback(url.host) || isExempt(url, variable(env, "NO_PROXY") ?? "")) return undefined;
  // a CGI-like environment may hold HTTP_PROXY from a request's Proxy header, hence only the lower case there (httpoxy)
  const named = url.protocol === "https:" ? variable(env, "HTTPS_PROXY") : (env.http_proxy ?? (env.REQUEST_METHOD === undefined ? env.HTTP_PROXY : undefined));
  const proxy = named || variable(env, "ALL_PROXY");
  if (!proxy) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function variable(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] ?? env[name];
}

/** An entry is `*`, a host, a domain whose hosts are meant too (with or without a leading dot), an address, or a CIDR range; each with an optional port. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => entry !== "" && matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inRange(host, entry);
  const [, name = "", entryPort] = /^(.*?)(?::([0-9]+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const bare = name.replace(/^\*?\./, "").replace(/^\[|\]$/g, "");
  return bare !== "" && ((host === bare && !name.startsWith(".")) || host.endsWith(`.${bare}`));
}

function inRange(host: string, range: string): boolean {
  const [base = "", bits = ""] = range.split("/");
  const address = ipv4(host);
  const network = ipv4(base);
  const length = Number(bits);
  if (address === undefined || network === undefined || !/^[0-9]{1,2}$/.test(bits) || length > 32) return false;
  return length === 0 || address >>> (32 - length) === network >>> (32 - length);
}

function ipv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => (number << 8) | Number(part), 0);
}
