import type { Wire, WireUser } from "../http1/wire.ts";

/** Where connections are accepted, and who takes them over. */
export interface AcceptOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  /** Takes a connection over. */
  readonly serve: (wire: Wire) => WireUser;
}

export interface Acceptor {
  readonly port: number;
  /** Accepts no more. Connections that were taken over stay until they end. */
  stop(): void;
}

/** The host of the configuration, as Bun names it. */
export function hostnameOf(host: string): string {
  return host === "" ? "::" : host;
}
