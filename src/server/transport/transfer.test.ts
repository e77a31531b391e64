import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Transfer } from "./transfer.ts";

const IDLE = 200;
const SIZE = 64 * 1024 * 1024;

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());

/** Sends 64 MiB to a client that reads nothing, and tells how long that is kept up. */
async function disconnectedAfter(unsent: () => Promise<number | undefined>): Promise<number> {
  const over = Promise.withResolvers<number>();
  server = createServer((_, response) => {
    response.writeHead(200, { "content-length": SIZE });
    let left = SIZE / 2 ** 18;
    const began = performance.now();
    const sending = new Transfer(response, {
      next: () => (left-- > 0 ? Buffer.alloc(2 ** 18) : undefined),
      idle: IDLE,
      unsent,
      finish: () => over.resolve(performance.now() - began),
    });
    response.on("drain", () => sending.drained()).on("close", () => sending.over());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => {});
  client.pause();
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const millis = await over.promise;
  client.destroy();
  return millis;
}

describe("a reader for whom the kernel takes no further piece", () => {
  test("is disconnected after the idle time when the kernel holds as much as before", async () => {
    let looks = 0;
    const millis = await disconnectedAfter(async () => {
      looks++;
      return 3_000_000;
    });
    expect(millis).toBeGreaterThan(IDLE * 0.9);
    // ten times as many where the kernel does not tell
    expect(looks).toBeLessThan(18);
  });

  test("is not disconnected while the kernel holds less and less", async () => {
    let [held, looks] = [3_000_000, 0];
    const millis = await disconnectedAfter(async () => (++looks <= 12 ? --held : held));
    expect(looks).toBeGreaterThanOrEqual(13);
    expect(millis).toBeGreaterThan(IDLE * 5);
  });

  test("gets ten times as long where the kernel does not tell", async () => {
    let looks = 0;
    const millis = await disconnectedAfter(async () => {
      looks++;
      return undefined;
    });
    expect(millis).toBeGreaterThan(IDLE * 8);
    expect(looks).toBeWithin(20, 40);
  });
});

test("looks that overlap, as a piece went out between them, are no two quiet ones", async () => {
  const looks: ((holds: number) => void)[] = [];
  let [pieces, destroyed] = [0, false];
  const outlet = {
    write: () => pieces++ > 100,
    end() {},
    destroy() {
      destroyed = true;
    },
  };
  const unsent = () => new Promise<number>((resolve) => looks.push(resolve));
  const transfer = new Transfer(outlet, { next: () => Buffer.alloc(10), idle: IDLE, unsent, finish() {} });
  const until = async (condition: () => boolean) => {
    for (const end = performance.now() + 20_000; !condition() && performance.now() < end; ) await Bun.sleep(5);
    expect(condition()).toBe(true);
  };
  await until(() => looks.length === 1);
  transfer.drained();
  await until(() => looks.length === 2);
  for (const answer of looks) answer(5);
  await until(() => looks.length === 3);
  expect([pieces, destroyed]).toEqual([2, false]);
  looks[2]?.(5);
  await until(() => destroyed);
  transfer.over();
});
