import { isIPv6 } from "node:net";
import type { Actor } from "../storage/metadata/records.ts";
import { ANONYMOUS } from "./principal.ts";

/** What counts as one address: an IPv6 client commands a whole /64. IPv4 in IPv6 is IPv4. */
export function addressKey(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(address)) return address;
  const [left = "", right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right ? right.split(":") : [];
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

/** Who shares the registry with others: an account; of `anonymous`, behind whom may be anybody, each address. */
export function clientOf({ subject, remote = "" }: Actor): string {
  return subject === ANONYMOUS.name ? `${subject} ${addressKey(remote)}` : subject;
}
