import { isIPv6 } from "node:net";
import { RegistryError } from "../oci/errors.ts";
import { createLru } from "./lru.ts";

/** Milliseconds. */
const WINDOW = 60_000;
/** Addresses remembered at once; beyond that the ones that failed longest ago are forgotten. */
const ADDRESSES = 10_000;

/** Counts failed log-ins by address. */
export interface LoginLimiter {
  /** @throws RegistryError `TOOMANYREQUESTS` with Retry-After when the address has failed too often */
  admit(remote: string): void;
  fail(remote: string): void;
}

/**
 * @param limit failures a minute that are answered as such
 * @param now Unix milliseconds
 */
export function createLoginLimiter(limit: number, now: () => number): LoginLimiter {
  const windows = createLru<{ readonly start: number; failures: number }>(ADDRESSES);

  function current(remote: string) {
    const window = windows.get(addressKey(remote));
    return window !== undefined && now() - window.start < WINDOW ? window : undefined;
  }

  return {
    admit(remote) {
      const window = current(remote);
      if (window === undefined || window.failures < limit) return;
      const seconds = Math.max(1, Math.ceil((window.start + WINDOW - now()) / 1000));
      throw new RegistryError("TOOMANYREQUESTS", `too many failed log-ins from this address: try again in ${seconds} s`, {
        headers: { "Retry-After": String(seconds) },
      });
    },
    fail(remote) {
      const window = current(remote);
      if (window === undefined) windows.set(addressKey(remote), { start: now(), failures: 1 });
      else window.failures++;
    },
  };
}

/** An IPv6 client commands a whole /64, so that is what counts as one address. */
function addressKey(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(address)) return address;
  const [left = "", right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right ? right.split(":") : [];
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
