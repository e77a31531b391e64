import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import { digestOf } from "../../src/oci/digest.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { type Content, randomBlob } from "../support/content.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";
import { readSlowly } from "./slow-readers.ts";

const MIB = 1024 * 1024;
const IDLE = 1000;

const { client, server } = useRegistry({ config: { limits: { idle: `${IDLE}ms` } } });
const repository = freshRepository();
const pathOf = (blob: Content) => `/v2/${repository}/blobs/${blob.digest}`;

/** Descriptors that the server has open on files of its content store. */
function openBlobFiles(): number {
  const folder = `/proc/${server().pid}/fd`;
  const targets = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.includes("/blobs/sha256/")).length;
}

async function until(limit: number, condition: () => boolean): Promise<boolean> {
  for (const end = performance.now() + limit; performance.now() < end; await Bun.sleep(20)) if (condition()) return true;
  return condition();
}

describe("many readers of different speed at once", () => {
  const blobs = [3 * MIB + 1, 5 * MIB + 4097, 8 * MIB - 1].map((size) => randomBlob(size));
  beforeAll(() => Promise.all(blobs.map((blob) => pushBlob(client, repository, blob))));

  test("each gets its own bytes, whole and in order", async () => {
    const readers = Array.from({ length: 24 }, (_, at) => {
      const blob = blobs[at % blobs.length] ?? randomBlob();
      // Steps that are no multiple of any buffer's size, so that the server stops at all kinds of places.
      const options = { step: 37_001 + at * 61_357, pause: (count: number) => ((count + at) % 5) * (at % 7) };
      return readSlowly(server().url, pathOf(blob), options).then((read) => ({ ...read, expected: blob.digest }));
    });
    for (const { status, digest, expected } of await Promise.all(readers)) {
      expect(status).toBe(200);
      expect(digest).toBe(expected);
    }
    expect(await until(20_000, () => openBlobFiles() === 0)).toBeTrue();
  }, 60_000);

  test("each gets its own range", async () => {
    const readers = Array.from({ length: 12 }, async (_, at) => {
      const blob = blobs[at % blobs.length] ?? randomBlob();
      const [start, end] = [at * 70_001, blob.bytes.length - 1 - at * 33_333];
      const headers = [`Range: bytes=${start}-${end}`];
      const read = await readSlowly(server().url, pathOf(blob), { step: 150_001, pause: (count) => (count + at) % 6, headers });
      return { ...read, expected: digestOf(blob.bytes.subarray(start, end + 1)) };
    });
    for (const { status, digest, expected } of await Promise.all(readers)) {
      expect(status).toBe(206);
      expect(digest).toBe(expected);
    }
  }, 60_000);
});

describe("a reader that takes its time", () => {
  const blob = randomBlob(24 * MIB);
  beforeAll(() => pushBlob(client, repository, blob));

  test("is not cut while it goes on reading, however long that takes", async () => {
    const read = await readSlowly(server().url, pathOf(blob), { step: 2 * MIB, pause: () => IDLE / 2.5 });
    expect(read.millis).toBeGreaterThan(3 * IDLE);
    expect(read.digest).toBe(blob.digest);
  }, 60_000);

  test("is disconnected when it stops reading, and what the server held for it is free again", async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => openConnection(server().url)));
    for (const { socket } of connections) {
      socket.pause();
      socket.write(headOf(`GET ${pathOf(blob)}`));
    }
    expect(await until(20_000, () => openBlobFiles() === connections.length)).toBeTrue();
    const stalled = performance.now();
    expect(await until(IDLE * 20, () => openBlobFiles() === 0)).toBeTrue();
    expect(performance.now() - stalled).toBeGreaterThan(IDLE * 0.7);
    for (const connection of connections) connection.socket.resume();
    await Promise.all(connections.map((connection) => connection.closed()));
    for (const connection of connections) expect(connection.received().length).toBeLessThan(blob.bytes.length);
  }, 60_000);
});
