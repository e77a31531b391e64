import { RegistryError } from "../oci/errors.ts";
import type { AccountStore, FailedLogins } from "../storage/metadata/accounts.ts";
import { addressKey } from "./client-of.ts";
import { createLru } from "./lru.ts";

/** Milliseconds. */
const WINDOW = 60_000;
/** Addresses remembered at once; beyond that the ones that failed longest ago are asked for again. */
const ADDRESSES = 10_000;

/** Counts failed log-ins by address, over all processes. */
export interface LoginLimiter {
  /** @throws RegistryError `TOOMANYREQUESTS` with Retry-After when the address has failed too often */
  admit(remote: string): Promise<void>;
  /** Counts a failure. Throws as `admit` where it is one too many. */
  fail(remote: string): Promise<void>;
}

export interface LoginLimiterOptions {
  readonly accounts: Pick<AccountStore, "loginFailures" | "noteLoginFailure">;
  /** Failures a minute that are answered as such. */
  readonly limit: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/**
 * The database counts, so that whoever guesses gets as many answers from ten processes as from one. An address that has failed too often is
 * known here, and refused without a question; while the database does not answer, this process counts for itself.
 */
export function createLoginLimiter({ accounts, limit, now, warn }: LoginLimiterOptions): LoginLimiter {
  const windows = createLru<FailedLogins>(ADDRESSES);
  /** Failures that the database is about to count, by address. */
  const underWay = new Map<string, number>();

  function current(address: string): FailedLogins | undefined {
    const window = windows.get(address);
    return window !== undefined && now() - window.since < WINDOW ? window : undefined;
  }

  function refuseFrom(address: string, most: number, more = 0): void {
    const { failures, since } = current(address) ?? { failures: 0, since: now() };
    if (failures + more < most) return;
    const seconds = Math.max(1, Math.ceil((since + WINDOW - now()) / 1000));
    throw new RegistryError("TOOMANYREQUESTS", `too many failed log-ins from this address: try again in ${seconds} s`, {
      headers: { "Retry-After": String(seconds) },
    });
  }

  async function counted(address: string, ask: () => Promise<FailedLogins | undefined>, otherwise: () => FailedLogins | undefined): Promise<void> {
    const found = await ask().catch((cause) => {
      warn(`cannot count failed log-ins of all nodes: ${String(cause)}`);
      return otherwise();
    });
    if (found !== undefined) windows.set(address, found);
  }

  return {
    async admit(remote) {
      const address = addressKey(remote);
      refuseFrom(address, limit);
      await counted(
        address,
        () => accounts.loginFailures(address),
        () => undefined,
      );
      refuseFrom(address, limit);
    },
    async fail(remote) {
      const address = addressKey(remote);
      const before = underWay.get(address) ?? 0;
      // So that guesses that come all at once are no more writes than those that come one by one.
      refuseFrom(address, limit, before);
      underWay.set(address, before + 1);
      await counted(
        address,
        () => accounts.noteLoginFailure({ address, at: now(), window: WINDOW }),
        () => ({ since: current(address)?.since ?? now(), failures: (current(address)?.failures ?? 0) + 1 }),
      ).finally(() => {
        const rest = (underWay.get(address) ?? 1) - 1;
        if (rest > 0) underWay.set(address, rest);
        else underWay.delete(address);
      });
      refuseFrom(address, limit + 1);
    },
  };
}
