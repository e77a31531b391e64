import type { Access } from "../access/access.ts";
import type { Principal } from "../access/principal.ts";
import type { Visibility } from "../storage/metadata/records.ts";

/** For whom it is decided what a removal breaks. */
export interface Audience {
  /**
   * Dependents that count: those that the caller's account may see, however little its token shows. What it may not see cannot be
   * changed by it either, and anybody could push such a thing to keep a package of others.
   */
  readonly counted: Visibility;
  /** Dependents that are named. */
  readonly mayPull: (repository: string) => boolean;
}

export function audienceOf(access: Access, principal: Principal): Audience {
  return { counted: access.accountFilter(principal, "pull"), mayPull: (repository) => access.may(principal, "pull", repository) };
}
