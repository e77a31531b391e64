import type { Principal } from "../access/principal.ts";
import { type Awaitable, after } from "../storage/awaitable.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";

/** What rights go by, and how it is kept up with other processes. */
export type Rights = Pick<CatalogWatch, "rights" | "catchUp" | "isBehind">;

/**
 * How a request comes to go by rights as they are when it arrives, whichever process changed them:
 * - `looked`: the database is asked before,
 * - `told`: the first statement of the handler tells, so that nothing is asked beside it; for requests that change nothing,
 * - `beside`: the database is asked while the handler begins, which awaits `admitted` before it changes what anybody else sees.
 */
export type Freshness = "looked" | "told" | "beside";

export interface Steps<T> {
  /** Who it is and whether they may: throws when they may not. Done again where rights are others than it went by. */
  readonly admit: () => Awaitable<Principal>;
  /** @param admitted see `Call` */
  readonly serve: (principal: Principal, admitted: Admitted) => Awaitable<T>;
  /** Lets go of what was served and is not sent, as the right to it turned out to be gone. */
  readonly drop?: (served: T) => void;
}

/** Resolves with who asks, admitted by rights as they are; rejects with the refusal. */
export type Admitted = () => Awaitable<Principal>;

/** Serves a request by rights that are as new as the request. */
export function withFreshRights<T>(rights: Rights, freshness: Freshness, steps: Steps<T>): Awaitable<T> {
  const { isBehind } = rights;
  const { admit, serve } = steps;
  const begin = (principal: Principal) => serve(principal, () => principal);
  if (freshness === "looked" || isBehind === undefined) return after(rights.catchUp(), () => after(admit(), begin));
  return freshness === "beside" ? serveBeside(rights, steps) : serveTold({ ...rights, isBehind }, steps);
}

async function serveBeside<T>(rights: Rights, { admit, serve, drop }: Steps<T>): Promise<T> {
  const known = rights.rights();
  const looked = (async () => rights.catchUp())();
  /** Undefined where the rights are those that were known. */
  const again = looked.then(() => (rights.rights() === known ? undefined : admit()));
  // Whoever needs it awaits it, perhaps later.
  again.catch(() => undefined);
  let principal: Principal;
  try {
    principal = await admit();
  } catch (refusal) {
    const since = await again;
    if (since === undefined) throw refusal;
    principal = since;
  }
  return serveUnless({ serve: () => serve(principal, async () => (await again) ?? principal), drop }, () => again);
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
  return serveUnless({ serve: () => serve(principal, () => principal), drop }, async () => {
    if (!hasMoved()) return;
    await rights.catchUp();
    await admit();
  });
}

/** What was served, or failed, unless `check` rejects with a refusal afterwards. */
async function serveUnless<T>(
  { serve, drop }: { readonly serve: () => Awaitable<T>; readonly drop: Steps<T>["drop"] },
  check: () => Promise<unknown>,
): Promise<T> {
  const [outcome] = await Promise.allSettled([(async () => serve())()]);
  try {
    await check();
  } catch (refusal) {
    if (outcome.status === "fulfilled") drop?.(outcome.value);
    throw refusal;
  }
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
