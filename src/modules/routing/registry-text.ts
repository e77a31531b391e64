import { isRepositoryName } from "../../oci/name.ts";
import { NO_REGISTRY, type Route } from "./routing.ts";

/** The place that a text of CUE's names: `host[:port][/folder][+secure|+insecure]`, or `none`. */
export type RegistryAddress = Pick<Route, "host" | "repository" | "insecure">;

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
/** A name without dots counts as a host only with a port. */
const HOST = new RegExp(`^(?:(?:${LABEL}(?:\\.${LABEL})+|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?|${LABEL}:[0-9]+)$`);

/** Characters: longer hosts are none, and take long to look at. */
const LENGTH_LIMIT = 1024;

/** Why a text names no registry, for the user. */
export class RegistryTextError extends Error {
  override readonly name = "RegistryTextError";
}

/**
 * Reads one registry as CUE does.
 * @throws RegistryTextError
 */
export function parseRegistryText(text: string): RegistryAddress {
  if (text === NO_REGISTRY) return { host: NO_REGISTRY, repository: "", insecure: false };
  if (text.length > LENGTH_LIMIT) throw new RegistryTextError("it is too long for the address of a registry");
  refuseUrl(text);
  const plus = text.lastIndexOf("+");
  const suffix = plus > 0 ? text.slice(plus + 1) : undefined;
  if (suffix !== undefined && suffix !== "secure" && suffix !== "insecure") {
    throw new RegistryTextError(`'+${suffix}' is unknown: expected +secure, +insecure or nothing`);
  }
  const place = plus > 0 ? text.slice(0, plus) : text;
  const slash = place.indexOf("/");
  const host = slash < 0 ? place : place.slice(0, slash);
  const repository = slash < 0 ? "" : place.slice(slash + 1);
  if (host.includes("@")) throw new RegistryTextError("a user has no place here: credentials come from docker's configuration (docker login)");
  if (!HOST.test(host)) throw new RegistryTextError(`'${host}' is no host: expected a domain with a dot, or host:port`);
  if (slash >= 0) checkFolder(repository);
  return { host, repository, insecure: suffix === undefined ? isInsecureByDefault(host) : suffix === "insecure" };
}

/** @throws RegistryTextError for what is an address of the web but no registry of CUE's */
function refuseUrl(text: string): void {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9.]*):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined) return;
  const bare = rest.replace(/^[^/]*@/, "").replace(/[/?#]+$/, "");
  const instead = scheme.toLowerCase() === "http" ? `${bare}+insecure` : bare;
  throw new RegistryTextError(`a registry is written without a scheme: '${instead}', not ${scheme}://…`);
}

function checkFolder(repository: string): void {
  if (repository.includes("@")) throw new RegistryTextError("it has a digest: expected host[:port] and a folder of repositories");
  if (repository.includes(":")) throw new RegistryTextError("it has a tag: expected host[:port] and a folder of repositories");
  if (repository === "" || repository.endsWith("/")) throw new RegistryTextError("it ends in a slash; leave it out");
  if (!isRepositoryName(repository)) {
    throw new RegistryTextError(`'${repository}' is no folder of repositories: expected lower-case letters, digits and single separators . _ - between them`);
  }
}

/** The same as text: reading it again gives the same place. */
export function formatRegistryText({ host, repository, insecure }: RegistryAddress): string {
  if (host === NO_REGISTRY) return NO_REGISTRY;
  const suffix = insecure === isInsecureByDefault(host) ? "" : insecure ? "+insecure" : "+secure";
  return `${host}${repository === "" ? "" : `/${repository}`}${suffix}`;
}

/** CUE speaks HTTP without TLS to `localhost`, 127.0.0.1 and ::1 only, unless it is told to. */
export function isInsecureByDefault(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, "");
  if (name.startsWith("[")) return URL.parse(`http://${name}`)?.hostname === "[::1]";
  return name === "localhost" || name === "127.0.0.1";
}
