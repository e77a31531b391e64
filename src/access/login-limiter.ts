import { RegistryError } from "../oci/errors.ts";
import { addressKey } from "./client-of.ts";
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
