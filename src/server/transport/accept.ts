import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Wire, WireUser } from "./wire.ts";

/** Where connections are accepted, and who takes them over. */
export interface AcceptOptions {
  /** An address of this machine. */
  readonly address: string;
  readonly port: number;
  /** Other processes listen there as well. */
  readonly shared?: boolean | undefined;
  /** Takes a connection over. */
  readonly serve: (wire: Wire) => WireUser;
  /** Told what a connection threw, which is ended then. */
  readonly fault?: ((error: unknown) => void) | undefined;
}

/** Ends a connection whose handling threw. What the system reports of clients that leave has a code, and is no fault. */
export function endBroken(fault: AcceptOptions["fault"]): (socket: { terminate(): void }, error: Error) => void {
  return (socket, error) => {
    if (!("code" in error)) fault?.(error);
    socket.terminate();
  };
}

/** What Bun takes, and its types do not name: the system spreads connections over all who listen there so. */
export function sharing(shared: boolean | undefined): { readonly reusePort?: true } {
  return shared === true ? { reusePort: true } : {};
}

export interface Acceptor {
  readonly port: number;
  /** Accepts no more. Connections that were taken over stay until they end. */
  stop(): void;
}

/**
 * Accepts at the address of a host; where that is empty at every address: those of IPv6 take in those of IPv4, if the machine has them.
 * @throws Error with the code of the system when the host has none, or it is not to be had
 */
export async function acceptAt(host: string, accept: (address: string) => Acceptor): Promise<Acceptor> {
  if (host !== "") return accept(isIP(host) === 0 ? (await lookup(host)).address : host);
  try {
    return accept("::");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
    return accept("0.0.0.0");
  }
}
