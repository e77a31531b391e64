/**
 * True for names and addresses that only this machine reaches: `localhost` and what ends in `.localhost` (RFC 6761, section 6.3),
 * 127.0.0.0/8 and ::1, in whatever form; with or without brackets, zone and port.
 */
export function isLoopback(host: string): boolean {
  const name = withoutPort(host.toLowerCase().replace(/%[^\]]*/, ""));
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (/^127(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$/.test(name)) return true;
  // a URL has the shortest form of an address
  const address = name.includes(":") ? URL.parse(`http://[${name}]`)?.hostname : undefined;
  return address !== undefined && /^\[::(?:1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(address);
}

/** `host`, `host:port`, `[address]:port` and a bare IPv6 address without brackets and port. */
function withoutPort(host: string): string {
  const [, bracketed, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::[0-9]*)?$/.exec(host) ?? [];
  return bracketed ?? name ?? host;
}
