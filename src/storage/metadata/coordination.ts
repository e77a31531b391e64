import type { Millis } from "./records.ts";

/** Which content store belongs to the database. */
export interface ContentClaim {
  /** As the content store has it; undefined while the claim was begun and not confirmed. */
  readonly identity: string | undefined;
}

/** A task that one process at a time does for all. */
export interface Lease {
  /** Whose it is. */
  readonly holder: string;
  /** By the database's time; afterwards anybody may take it. */
  readonly until: Millis;
}

export interface LeaseRequest {
  readonly name: string;
  /** Who asks, by a name that no other process has. */
  readonly holder: string;
  /** Milliseconds. */
  readonly duration: Millis;
}

/** A machine that serves the registry, as it says of itself. */
export interface NodeRecord {
  /** One for each start. */
  readonly id: string;
  /** For people: of its machine. */
  readonly name: string;
  /** Of its program, and of the schema that it knows. */
  readonly version: string;
  readonly schema: number;
  /** What should be the same on all nodes: settings, with a digest of each value. */
  readonly settings: Readonly<Record<string, string>>;
  /** When it last said so. */
  readonly seen: Millis;
}

/** What the processes over one database agree on: the time, their secrets, who does what, which content store is theirs. */
export interface Coordination {
  /** What time it is for the database. */
  time(): Promise<Millis>;
  /** The content store that the database belongs to; undefined: nothing is known of one. */
  contentClaim(): Promise<ContentClaim | undefined>;
  /** Who has the lease of this name, or had it last; undefined: nobody, it was given back. */
  lease(name: string): Promise<Lease | undefined>;

  /**
   * Takes a lease that is nobody's or whose time is over, or renews that of the same holder, all by the database's time.
   * Relaxed: after a loss of power somebody else may have it early, so work under a lease must be such that doing it twice does no harm.
   * @returns whose it is now
   */
  takeLease(request: LeaseRequest): Promise<Lease>;
  /** All that are there, and those that ended without a word within the last day, by name. */
  nodes(): Promise<NodeRecord[]>;
  /** Says that a node is there; relaxed. */
  announceNode(node: Omit<NodeRecord, "schema">): Promise<void>;
  /** Says that it ends; relaxed. */
  retireNode(id: string): Promise<void>;
  /** Gives back what is the holder's; nothing else changes. Relaxed. */
  releaseLease(name: string, holder: string): Promise<void>;

  /**
   * Begins the claim of a content store, or with its identity confirms it. A claim that is confirmed stays, unless `replace` is
   * set: look at `contentClaim` afterwards.
   */
  claimContent(claim: { readonly identity?: string; readonly replace?: boolean }): Promise<void>;
  /** The secret of this name that all processes over the database share: the one that is there, else the candidate, from now on. */
  sharedSecret(name: string, candidate: Uint8Array): Promise<Uint8Array>;
}
