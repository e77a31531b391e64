import { expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import { bytesOf, messageOf } from "../testing/content.ts";
import { Journal } from "./journal.ts";
import { decodeRecords, encodeRecords } from "./journal-record.ts";
import { recoverJournals } from "./journal-recovery.ts";
import { layoutOf } from "./layout.ts";
import { randomOf } from "./testing/random.ts";
import { SimulatedDisk } from "./testing/simulated-disk.ts";

const layout = layoutOf("/data");
const records = [0, 1, 5000].map((size) => ({ digest: digestOf(bytesOf(size), size === 1 ? "sha512" : "sha256"), bytes: bytesOf(size) }));

test("records are read as they were written", () => {
  expect([...decodeRecords(encodeRecords(records))]).toEqual(records);
  expect([...decodeRecords(new Uint8Array(0))]).toEqual([]);
});

test("records are read up to the first that is torn", () => {
  const encoded = encodeRecords(records);
  for (const cut of [1, 11, 12, 50, encoded.length - 1]) expect([...decodeRecords(encoded.subarray(0, cut))].length).toBeLessThan(records.length);
  const damaged = encoded.slice();
  damaged[encoded.length - 1] = (damaged[encoded.length - 1] ?? 0) ^ 1;
  expect([...decodeRecords(damaged)]).toEqual(records.slice(0, 2));
  expect([...decodeRecords(bytesOf(5000))]).toEqual([]);
});

test("keeps its records while the file system cannot be synced", async () => {
  const disk = await emptyDisk();
  let broken = true;
  const sync = async () => {
    if (broken) throw new Error("disk failure");
  };
  const journal = await Journal.create(disk, layout, sync);
  await journal.append(encodeRecords(records.slice(0, 1)));
  await journal.retire();
  await journal.append(encodeRecords(records.slice(1)));
  expect(await messageOf(journal.retire())).toBe("disk failure");
  expect(await messageOf(journal.close())).toBe("disk failure");
  broken = false;
  await recoverJournals(disk, layout, sync);
  for (const { digest, bytes } of records) expect(await disk.readFile(layout.blob(digest))).toEqual(bytes);
  expect(await Array.fromAsync(disk.list(layout.journals))).toEqual(["lock"]);
});

test("is retired when it is full or old, and empty afterwards", async () => {
  const disk = await emptyDisk();
  const journal = await Journal.create(disk, layout, async () => undefined, 100);
  expect(journal.dueIn).toBeUndefined();
  await journal.append(new Uint8Array(10));
  expect(journal.dueIn).toBeGreaterThan(0);
  await journal.append(new Uint8Array(100));
  expect(journal.dueIn).toBe(0);
  await journal.retire();
  expect(journal.dueIn).toBeUndefined();
  await journal.retire();
  for await (const name of disk.list(layout.journals)) expect((await disk.info(`${layout.journals}/${name}`))?.size).toBe(0);
  await journal.close();
});

async function emptyDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(randomOf(1), true);
  for (const folder of [layout.root, layout.blobs, layout.uploads, layout.journals]) await disk.makeFolder(folder);
  return disk;
}
