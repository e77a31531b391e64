import type { Millis } from "./records.ts";

/** Which content store belongs to the database. */
export interface ContentClaim {
  /** As the content store has it; undefined while the claim was begun and not confirmed. */
  readonly identity: string | undefined;
}

/** What the processes over one database agree on: the time, their secrets, which content store is theirs. */
export interface Coordination {
  /** What time it is for the database. */
  time(): Promise<Millis>;
  /** The content store that the database belongs to; undefined: nothing is known of one. */
  contentClaim(): Promise<ContentClaim | undefined>;

  /**
   * Begins the claim of a content store, or with its identity confirms it. A claim that is confirmed stays, unless `replace` is
   * set: look at `contentClaim` afterwards.
   */
  claimContent(claim: { readonly identity?: string; readonly replace?: boolean }): Promise<void>;
  /** The secret of this name that all processes over the database share: the one that is there, else the candidate, from now on. */
  sharedSecret(name: string, candidate: Uint8Array): Promise<Uint8Array>;
}
