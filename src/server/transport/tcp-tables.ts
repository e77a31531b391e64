import { readFile } from "node:fs/promises";

/** Where Linux tells of the connections of a machine (proc(5)). */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Bytes that are looked through in one turn of the event loop: a busy machine has tables of megabytes. */
const SLICE = 128 * 1024;

/**
 * A row: the local port, the remote address and port, and the bytes that wait to be sent. An IPv4 address in IPv6 is taken for the IPv4
 * address. Connections that are over and only wait (state 06), of which a machine may have tens of thousands, are none.
 */
const ROW = /: [0-9A-F]+:([0-9A-F]{4}) (?:0{16}FFFF0000)?([0-9A-F]+:[0-9A-F]{4}) (?!06)[0-9A-F]{2} ([0-9A-F]{8}):/g;

/**
 * Bytes that the kernel holds for the clients of connections.
 * @param wanted local port, a blank, remote address, `:`, remote port, as the tables write them
 * @returns those that were found; none where the system has no such tables
 */
export async function heldBytes(wanted: ReadonlySet<string>, tables: readonly string[] = TABLES): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const table of tables) {
    const bytes = await readFile(table).catch(() => Buffer.alloc(0));
    for (let at = 0; at < bytes.length && found.size < wanted.size; ) {
      const end = bytes.indexOf("\n", at + SLICE) + 1 || bytes.length;
      for (const [, local, remote, held = ""] of bytes.toString("latin1", at, end).matchAll(ROW)) {
        const key = `${local} ${remote}`;
        if (wanted.has(key) && !found.has(key)) found.set(key, Number.parseInt(held, 16));
      }
      at = end;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return found;
}
