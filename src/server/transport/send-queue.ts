import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";

/** The client's end of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/**
 * Bytes that the kernel still holds for the client of a connection: they become fewer while it reads, long before the kernel
 * asks for more. Only Linux tells (proc(5), `/proc/net/tcp`).
 * @param localPort the port that the client connected to
 * @returns undefined where that is not to be had
 */
export async function unsentBytes(localPort: number, peer: Peer): Promise<number | undefined> {
  const wanted = { local: `:${hexPort(localPort)}`, remote: `${hexAddress(peer.address)}:${hexPort(peer.port)}` };
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const text = await readFile(table, "latin1").catch(() => "");
    for (const line of text.split("\n")) {
      const [, local, remote, , queues] = line.trim().split(/\s+/);
      if (local?.endsWith(wanted.local) && remote?.endsWith(wanted.remote)) return Number.parseInt(queues ?? "", 16);
    }
  }
  return undefined;
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** Four bytes for IPv4, which an IPv4 address in IPv6 ends with too; sixteen for IPv6. Each word has its bytes reversed. */
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
