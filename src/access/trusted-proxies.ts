import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "./host-name.ts";

/** Hops that are looked at, from the nearest on. */
const HOPS = 20;

/** An address, or the network of its first `bits`. */
export interface Network {
  readonly address: string;
  readonly bits: number;
}

/** Parses `10.0.0.7`, `10.0.0.0/8`, `::1`, `2001:db8::/32`. Undefined when it is none of these. */
export function parseNetwork(text: string): Network | undefined {
  const [given = "", prefix, ...rest] = text.split("/");
  const address = canonicalAddress(given);
  if (address === undefined || rest.length > 0 || given.includes("%")) return undefined;
  const most = isIP(address) === 6 ? 128 : 32;
  // An IPv4 address that was written as IPv6 has another length of prefix.
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most || isIP(given) !== isIP(address))) return undefined;
  return { address, bits: prefix === undefined ? most : Number(prefix) };
}

/** Finds out whom a request comes from: the peer of its connection, or whom a trusted proxy names in `X-Forwarded-For`. */
export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string;

/**
 * Each proxy adds at the end whom it got the request from. So the list is read backwards, and the first address that is no trusted
 * proxy's is the client's: what stands before it was written by nobody who is trusted.
 * @param networks addresses of trusted proxies, as `parseNetwork` takes them; others are left out
 */
export function createClientAddress(networks: readonly string[]): ClientAddress {
  if (networks.length === 0) return (peer) => peer;
  const trusted = new BlockList();
  for (const { address, bits } of networks.flatMap((text) => parseNetwork(text) ?? [])) trusted.addSubnet(address, bits, familyOf(address));
  const isTrusted = (address: string | undefined) => address !== undefined && trusted.check(address, familyOf(address));
  return (peer, forwardedFor) => {
    let client = peer;
    if (forwardedFor === undefined || !isTrusted(canonicalAddress(peer))) return client;
    for (const hop of forwardedFor.split(",").reverse().slice(0, HOPS)) {
      const address = hopAddress(hop.trim());
      if (address === undefined) return client;
      client = address;
      if (!isTrusted(address)) return client;
    }
    return client;
  };
}

/** Some proxies add the port, and brackets for it. */
function hopAddress(hop: string): string | undefined {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(hop) ?? [];
  return canonicalAddress(bracketed ?? dotted ?? hop);
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
