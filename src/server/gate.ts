import { parseAuthority } from "../access/host-name.ts";
import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { HttpRequest } from "./http.ts";
import type { OwnHosts } from "./own-hosts.ts";
import { SURFACES, type Surface } from "./surface.ts";

/** What the gate goes by. */
export interface GateRules {
  /** Nobody has to log in: a name that is not this server's own must not lead here. */
  readonly open: boolean;
  readonly isOwnHost: OwnHosts;
  readonly publicUrl: string | undefined;
}

/** What the gate looks at. */
export type GateRequest = Pick<HttpRequest, "method" | "path" | "hostCount" | "authority" | "origin" | "header" | "hasBody">;

/** RFC 9110, section 9.2.1. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** RFC 6838, section 4.2.8: types with the suffix `+json` are JSON, too. */
const JSON_TYPE = /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json$/;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * What every request passes before it is answered, so that no web page can command the registry in the name of whoever looks at it:
 * one host and, where nobody logs in, one of the server's own; no other origin's page behind what changes something; JSON for what is
 * read as JSON, which pages of other origins cannot send unasked. Clients that are no browsers send neither Origin nor Sec-Fetch-Site.
 * @returns why it is refused: 400, 421, 403 or 415; undefined when it may pass
 */
export function gate(request: GateRequest, surface: Surface, rules: GateRules): RegistryError | undefined {
  return (
    malformed(request) ??
    (rules.open ? foreignHost(request, rules) : undefined) ??
    foreignOrigin(request, rules) ??
    (SURFACES[surface].json ? notJson(request) : undefined)
  );
}

/**
 * For what must only be served under the server's own names, whoever is logged in: pages, and what a cookie authorises.
 * @returns why it is refused (421); undefined when it may pass
 */
export function foreignHost({ authority }: Pick<GateRequest, "authority">, { isOwnHost }: Pick<GateRules, "isOwnHost">): RegistryError | undefined {
  // Only HTTP/1.0 knows requests without a host. No browser sends them.
  if (authority === undefined || isOwnHost(authority)) return undefined;
  const message = `this registry is not served as '${shown(authority)}': use a name of its own, or add this one to the setting server.hosts`;
  return new RegistryError("MISDIRECTED", message);
}

function malformed({ hostCount, path }: GateRequest): RegistryError | undefined {
  if (hostCount > 1) return new RegistryError("REQUEST_INVALID", "the request has more than one Host header: send one");
  if (path.startsWith("/")) return undefined;
  return new RegistryError("REQUEST_INVALID", "the request target is neither a path nor an http or https URL of this registry: send one of these");
}

function foreignOrigin(request: GateRequest, rules: GateRules): RegistryError | undefined {
  if (SAFE.has(request.method)) return undefined;
  const site = request.header("sec-fetch-site");
  const origin = request.header("origin");
  const siteFits = site === undefined || site === "same-origin" || site === "none";
  if (siteFits && (origin === undefined || isSameOrigin(origin, request, rules))) return undefined;
  const from = origin === undefined ? "another site" : `another origin (${shown(origin)})`;
  return new RegistryError(
    "CROSS_ORIGIN",
    `a web page of ${from} may change nothing here; if it is this registry's own behind a proxy, set publicUrl to its URL`,
  );
}

/** A proxy that ends TLS shows in the origin's scheme only; one that changes the host, or the port, is named by `publicUrl`. */
function isSameOrigin(origin: string, { origin: called }: GateRequest, { publicUrl }: GateRules): boolean {
  const given = parseOrigin(origin);
  if (given === undefined) return false;
  if (publicUrl !== undefined && given.key === parseOrigin(new URL(publicUrl).origin)?.key) return true;
  const upgraded = given.scheme === "https" ? called.replace(/^http:/, "https:") : called;
  return given.key === parseOrigin(upgraded)?.key;
}

/** RFC 6454, section 6.2, with the port that a scheme has where none is written. */
function parseOrigin(text: string): { readonly scheme: string; readonly key: string } | undefined {
  const [, scheme = "", rest = ""] = /^(https?):\/\/([^/?#]+)$/.exec(text) ?? [];
  const authority = parseAuthority(rest);
  return authority && { scheme, key: `${scheme}://${authority.host}:${authority.port ?? DEFAULT_PORTS[scheme]}` };
}

function notJson(request: GateRequest): RegistryError | undefined {
  if (!request.hasBody || SAFE.has(request.method)) return undefined;
  const type = request.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (JSON_TYPE.test(type)) return undefined;
  return new RegistryError("MEDIA_TYPE_UNSUPPORTED", "the body must be JSON, and say so: send Content-Type: application/json");
}

/** What a stranger sent, for a message of one line. */
function shown(text: string): string {
  return abbreviate(text.replace(/[^\x20-\x7e]/g, "?"));
}
