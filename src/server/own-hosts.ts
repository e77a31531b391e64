import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { canonicalAddress, parseAuthority, parseHost } from "../access/host-name.ts";
import { isLoopback } from "../oci/loopback.ts";

export interface OwnHostsOptions {
  /** The host to listen on; empty: every address. */
  readonly listenHost: string;
  readonly publicUrl: string | undefined;
  /** Further names and addresses (`server.hosts`), without ports. */
  readonly hosts: readonly string[];
}

/** Whether a host, as a client names it, is one of this server's own. */
export type OwnHosts = (host: string) => boolean;

/**
 * The names under which this server may be reached: loopback, the address it listens on, that of `publicUrl`, and those configured.
 * Ports do not matter, as they are often forwarded. Whatever else leads here is a name that somebody else gave it: a page of theirs
 * would be one of this server's own origin (DNS rebinding).
 */
export function createOwnHosts({ listenHost, publicUrl, hosts }: OwnHostsOptions): OwnHosts {
  const everywhere = listenHost === "" || canonicalAddress(listenHost) === "0.0.0.0" || canonicalAddress(listenHost) === "::";
  const named = [...hosts, ...(everywhere ? [] : [listenHost]), ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  const own = new Set(named.flatMap((name) => parseHost(name) ?? []));
  let last = "";
  return (text) => {
    if (text === last) return true;
    const host = parseAuthority(text)?.host;
    if (host === undefined) return false;
    const known = isLoopback(host) || own.has(host) || (everywhere && isIP(host) !== 0 && addresses().has(host));
    if (known) last = text;
    return known;
  };
}

/** Those that this machine has now: they come and go. */
function addresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(all.flatMap(({ address }) => canonicalAddress(address) ?? []));
}
