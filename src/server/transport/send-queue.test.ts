import { afterAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { unsentBytes } from "./send-queue.ts";

const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

describe.each(["127.0.0.1", "::1"])("a client at %s", (host) => {
  test("that does not read leaves bytes in the kernel; one that has read all leaves none", async () => {
    const server = createServer();
    server.listen(0, host);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const client = connect(port, host);
    await once(client, "connect");
    const [socket] = await accepted;
    sockets.push(client, socket);
    const peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    expect(await unsentBytes(port, peer)).toBe(0);
    client.pause();
    socket.write(Buffer.alloc(32 * 1024 * 1024));
    const end = Date.now() + 50_000;
    while (!(await unsentBytes(port, peer)) && Date.now() < end) await Bun.sleep(10);
    expect(await unsentBytes(port, peer)).toBeGreaterThan(0);
    expect(await unsentBytes(port, { ...peer, port: 1 })).toBeUndefined();
    server.close();
  });
});
