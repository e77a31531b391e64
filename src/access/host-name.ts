import { isIP, isIPv6 } from "node:net";

/** A host as the header `Host` and the authority of a URL name it (RFC 9110, section 7.2), with `_`, which container networks use. */
const AUTHORITY = /^(?:\[([0-9A-Fa-f:.]{2,45})(?:%(?:25)?[\w.~-]{1,64})?\]|([\w.-]{1,255}))(?::(\d{0,5}))?$/;

/** What a browser reads as an IPv4 address, however it is written: `127.1`, `0x7f000001` (WHATWG URL, "ends in a number"). */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** A host with what its port says. */
export interface Authority {
  /** Lower case, without a dot at its end; an IP address in its shortest form, without brackets and zone. */
  readonly host: string;
  /** Undefined where none is written. */
  readonly port: number | undefined;
}

/** Parses `host`, `host:port`, `[ipv6]` and `[ipv6]:port`. Undefined when it is none of these. */
export function parseAuthority(text: string): Authority | undefined {
  const [, address, name, digits = ""] = AUTHORITY.exec(text) ?? [];
  const host = address === undefined ? name && canonicalName(name.toLowerCase()) : isIPv6(address) ? canonicalAddress(address) : undefined;
  const port = digits === "" ? undefined : Number(digits);
  return host === undefined || host === "" || (port ?? 0) > 65_535 ? undefined : { host, port };
}

/** The shortest form of an IP address; that of an IPv4 address in IPv6 is the IPv4 address. Undefined when it is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = text.replace(/%.*$/, "");
  const kind = isIP(address);
  if (kind !== 6) return kind === 4 ? address : undefined;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 255]).join(".");
}

function canonicalName(name: string): string | undefined {
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  if (bare === "" || bare.startsWith(".") || bare.includes("..") || bare.endsWith(".")) return undefined;
  return ENDS_IN_NUMBER.test(bare) ? URL.parse(`http://${bare}`)?.hostname : bare;
}

/** A host as people write it in settings: a name, or an IP address with or without brackets, without a port. Undefined when it is none. */
export function parseHost(text: string): string | undefined {
  const authority = parseAuthority(isIPv6(text) ? `[${text}]` : text);
  return authority?.port === undefined && !text.endsWith(":") ? authority?.host : undefined;
}
