import type { Handle } from "../http.ts";
import type { Certificate } from "../tls/certificate.ts";

/** Milliseconds that a connection without a request is kept. */
export const KEEP_ALIVE = 75_000;

/** Milliseconds that running requests get to end when the server stops. */
export const STOP_LIMIT = 30_000;

/** Milliseconds that a client which was refused gets to stop sending its body. */
export const DISCARD_LIMIT = 5000;

export interface ListenerOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  /** Other processes listen there as well: see `holdPort`. */
  readonly shared?: boolean | undefined;
  /** Milliseconds without any byte after which a transfer is ended. */
  readonly idle: number;
  /** Milliseconds that a client gets to send the headers of a request. */
  readonly headerTime: number;
  /** Bytes of the headers of a request. */
  readonly headerSize: number;
  readonly handle: Handle;
  /** Told what went wrong in here while a client was served, which no answer can tell. */
  readonly fault?: ((error: unknown) => void) | undefined;
  /** Set: clients speak TLS. */
  readonly certificate?: Pick<Certificate, "current"> | undefined;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting and lets running requests end. */
  stop(): Promise<void>;
}
