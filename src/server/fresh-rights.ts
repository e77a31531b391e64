import type { Principal } from "../access/principal.ts";
import { type Awaitable, after } from "../storage/awaitable.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";

/** What rights go by, and how it is kept up with other processes. */
export type Rights = Pick<CatalogWatch, "rights" | "catchUp" | "isBehind">;

/**
 * How a request comes to go by rights as they are when it arrives, whichever process changed them:
 * - `looked`: the database is asked before,
 * - `told`: the first statement of the handler tells, so that nothing is asked beside it; for requests that change nothing.
 */
export type Freshness = "looked" | "told";

export interface Steps<T> {
  /** Who it is and whether they may: throws when they may not. Done again where rights are others than it went by. */
  readonly admit: () => Awaitable<Principal>;
  readonly serve: (principal: Principal) => Awaitable<T>;
  /** Lets go of what was served and is not sent, as the right to it turned out to be gone. */
  readonly drop?: (served: T) => void;
}

/** Serves a request by rights that are as new as the request. */
export function withFreshRights<T>(rights: Rights, freshness: Freshness, steps: Steps<T>): Awaitable<T> {
  const { isBehind } = rights;
  const { admit, serve } = steps;
  if (freshness === "looked" || isBehind === undefined) return after(rights.catchUp(), () => after(admit(), serve));
  return serveTold({ ...rights, isBehind }, steps);
}

async function serveTold<T>(rights: Rights & { readonly isBehind: () => boolean }, { admit, serve, drop }: Steps<T>): Promise<T> {
  let known = rights.rights();
  const hasMoved = (): boolean => rights.isBehind() || rights.rights() !== known;
  let principal: Principal;
  try {
    principal = await admit();
  } catch (refusal) {
    // Nothing was asked that could have told of a right that was given since.
    await rights.catchUp();
    if (!hasMoved()) throw refusal;
    known = rights.rights();
    principal = await admit();
  }
  const [outcome] = await Promise.allSettled([(async () => serve(principal))()]);
  if (hasMoved()) {
    try {
      await rights.catchUp();
      await admit();
    } catch (refusal) {
      if (outcome.status === "fulfilled") drop?.(outcome.value);
      throw refusal;
    }
  }
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
