import type { Peer } from "./send-queue.ts";

/** A connection as bytes in both directions, whatever carries them: a socket, or what is decrypted of one. */
export interface Wire {
  /** The client's end. */
  readonly remote: Peer;
  /** Where the client connected to. */
  readonly local: Peer;
  /**
   * Sends bytes. Those that it took may be overwritten when it has returned: a wire that holds some has a copy of them.
   * @returns how many it took. Not all: `WireUser.drained` is called when it takes more. 0 once it is closed.
   */
  write(bytes: Uint8Array): number;
  /** Bytes that it took and the client has not; undefined where nobody can tell. Whoever asks again is answered when that may have changed. */
  unsent(): Promise<number | undefined>;
  /** No bytes are wanted for now; those under way may still come. */
  pause(): void;
  resume(): void;
  /** Ends our half behind what was written. To be called once, before `close`. */
  end(): void;
  /** Closes the connection. What was written still goes out. */
  close(): void;
  /** Breaks the connection off: the client notices, and nothing is kept for it. */
  destroy(): void;
}

/** Who is told what happens on a wire: nothing before its maker has returned, and nothing after `closed`. */
export interface WireUser {
  /**
   * Bytes of the client, at least one.
   * @returns whether they are not needed any more; else they must not change
   */
  data(bytes: Buffer): boolean;
  /** More can be written. It may be called without need. */
  drained(): void;
  /** The client has ended its half: no data comes any more. It may still read. */
  ended(): void;
  /** The connection is over, by whomever. Called once. */
  closed(): void;
}
