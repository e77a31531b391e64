import { isIPv6 } from "node:net";
import { SharedLooks } from "./shared-looks.ts";
import { heldBytes } from "./tcp-tables.ts";

/** The client's end of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

const looks = new SharedLooks<number>(heldBytes);

/**
 * Bytes that the kernel still holds for the client of a connection: they become fewer while it reads, long before the kernel
 * asks for more. Only Linux tells, and is asked once a second at most, for all connections together.
 * @param localPort the port that the client connected to
 * @returns undefined where that is not to be had
 */
export function unsentBytes(localPort: number, { address, port }: Peer): Promise<number | undefined> {
  return looks.ask(`${hexPort(localPort)} ${hexAddress(address)}:${hexPort(port)}`);
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** Four bytes for IPv4, be it written as IPv6; sixteen for IPv6. Each word has its bytes reversed. */
function hexAddress(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const bytes = isIPv6(mapped) ? ipv6Bytes(mapped) : mapped.split(".").map(Number);
  let hex = "";
  for (let word = 0; word < bytes.length; word += 4) {
    for (let byte = 3; byte >= 0; byte--) hex += (bytes[word + byte] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  }
  return hex;
}

function ipv6Bytes(address: string): number[] {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 255]);
}
