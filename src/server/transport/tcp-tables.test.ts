import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { heldBytes } from "./tcp-tables.ts";

const folder = mkdtempSync(join(tmpdir(), "opm-tcp-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const LOCAL = "0100007F:1388";

let tables = 0;
let rows = 0;

function row(remote: string, state: string, held: string): string {
  return `${String(rows++).padStart(4)}: ${LOCAL} ${remote} ${state} ${held}:00000000 01:00000014 00000000     0        0 3056085 2 000000007c1d9808 20 4 30 10 -1`;
}

function table(...lines: readonly string[]): string {
  const path = join(folder, `${tables++}`);
  writeFileSync(path, `${[HEAD, ...lines].join("\n")}\n`);
  return path;
}

const ended = (count: number) => Array.from({ length: count }, (_, at) => row(`0200007F:${(at + 4096).toString(16).toUpperCase()}`, "06", "00000000"));

test("bytes are found in both tables, by port and address of both ends", async () => {
  const four = table(...ended(3), row("0300007F:D431", "01", "0000ABCD"), row("0300007F:D432", "01", "00000000"));
  const six = table(row("0000000000000000FFFF00000400007F:D431", "01", "00000001"), row("B80D0120000000000000000001000000:D431", "04", "00100000"));
  const keys = {
    "1388 0300007F:D431": 0xabcd,
    "1388 0300007F:D432": 0,
    "1388 0400007F:D431": 1,
    "1388 B80D0120000000000000000001000000:D431": 0x10_0000,
  };
  const none = ["1389 0300007F:D431", "1388 0300007F:D433", "1388 0200007F:1000", "1388 :D431"];
  expect(Object.fromEntries(await heldBytes(new Set([...Object.keys(keys), ...none]), [four, six]))).toEqual(keys);
  expect(await heldBytes(new Set(Object.keys(keys)), [join(folder, "missing")])).toEqual(new Map());
});

test("tables of megabytes leave turns to others, and no row is lost between two slices", async () => {
  const remotes = Array.from({ length: 300 }, (_, at) => `0300007F:${(at + 4096).toString(16).toUpperCase()}`);
  const large = table(...remotes.flatMap((remote, at) => [...ended(100), row(remote, "01", at.toString(16).toUpperCase().padStart(8, "0"))]));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const found = await heldBytes(new Set(remotes.map((remote) => `1388 ${remote}`)), [large]);
  isOver = true;
  expect([...found.values()]).toEqual(remotes.map((_, at) => at));
  // 30,000 rows of some 130 bytes in slices of 128 KiB
  expect(turns).toBeGreaterThan(20);
});
