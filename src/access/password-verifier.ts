import { createHmac, randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { RegistryError } from "../oci/errors.ts";
import type { Awaitable } from "../storage/awaitable.ts";
import { createLru } from "./lru.ts";
import { PASSWORD_LIMIT, verifyPassword } from "./password.ts";

/** Milliseconds for which a verified password is not verified again. */
const CACHE_TIME = 60_000;
const CACHE_SIZE = 1000;

/** How much of the machine verifications may take. */
export interface VerifierCapacity {
  /** Verifications at once. */
  readonly running: number;
  /** Verifications that wait for their turn. */
  readonly waiting: number;
}

/** One processor is left to others, whatever the number of processes that verify. */
export function verifierCapacity(processes = 1, processors: number = availableParallelism()): VerifierCapacity {
  return { running: Math.max(1, Math.floor((processors - 1) / processes)), waiting: Math.ceil(100 / processes) };
}

export interface PasswordVerifier {
  /** True when this very password was verified against this very hash a short while ago. Costs microseconds. */
  isKnown(user: string, password: string, hash: string | undefined): boolean;
  /**
   * Verifies a password, which costs tens of milliseconds of a processor; an unknown user (no hash) costs as much.
   * @param admit called right before the work starts; throws to refuse it
   * @throws RegistryError `TOOMANYREQUESTS` when too many verifications are waiting
   */
  verify(user: string, password: string, hash: string | undefined, admit: () => Awaitable<void>): Promise<boolean>;
}

/** Creates a verifier with a cache of its own. Neither passwords nor anything to guess them from offline is kept. */
export function createPasswordVerifier(now: () => number, capacity: VerifierCapacity = verifierCapacity()): PasswordVerifier {
  const key = randomBytes(32);
  const verified = createLru<{ readonly hash: string; readonly until: number }>(CACHE_SIZE);
  const running = new Map<string, Promise<boolean>>();
  const turn = createTurns(capacity);

  function fingerprint(user: string, password: string): string {
    return createHmac("sha256", key).update(`${user.length}:${user}:${password}`).digest("base64");
  }

  async function work(entry: string, password: string, hash: string | undefined, admit: () => Awaitable<void>): Promise<boolean> {
    const same = await turn(async () => {
      await admit();
      return await verifyPassword(password, hash);
    });
    if (same && hash !== undefined) verified.set(entry, { hash, until: now() + CACHE_TIME });
    return same;
  }

  return {
    isKnown(user, password, hash) {
      const entry = hash === undefined ? undefined : verified.get(fingerprint(user, password));
      return entry !== undefined && entry.hash === hash && now() < entry.until;
    },
    async verify(user, password, hash, admit) {
      if (password.length > PASSWORD_LIMIT) return false;
      const entry = fingerprint(user, password);
      const same = `${entry}${hash ?? ""}`;
      const started = running.get(same);
      if (started !== undefined) return await started;
      const verification = work(entry, password, hash, admit).finally(() => running.delete(same));
      running.set(same, verification);
      return await verification;
    },
  };
}

/** Lets some tasks run at once; others wait in order. */
function createTurns(capacity: VerifierCapacity): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= capacity.running) {
      if (waiting.length >= capacity.waiting) {
        throw new RegistryError("TOOMANYREQUESTS", "too many log-ins are being verified: try again in a second", { headers: { "Retry-After": "1" } });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
