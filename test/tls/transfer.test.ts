import { afterAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { listen as listenOwn } from "../../src/server/http1/listener.ts";
import { listen as listenNode } from "../../src/server/node/listener.ts";
import { loadCertificate } from "../../src/server/tls/load-certificate.ts";
import { certificateFiles } from "./support.ts";

/** Stands between client and server, and hands on what comes in pieces of these sizes, one after the other, with a turn between two. */
async function startSplitter(port: number, sizes: readonly number[]) {
  const open = new Set<Socket>();
  const pass = async (from: Socket, to: Socket) => {
    let next = 0;
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        for (let at = 0; at < bytes.length; ) {
          const size = sizes[next++ % sizes.length] ?? 1;
          if (!to.write(bytes.subarray(at, at + size))) await once(to, "drain");
          else await new Promise(setImmediate);
          at += size;
        }
      }
      to.end();
    } catch {
      to.destroy();
    }
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    for (const socket of [client, upstream]) open.add(socket.on("error", () => {}));
    void pass(client, upstream);
    void pass(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

const { context } = await loadCertificate(certificateFiles("first"));
const pattern = (size: number) => Buffer.alloc(size).map((_, index) => (index * 31 + (index >> 8)) % 251);

const transfers = (largestPiece: number, largestBody: number) =>
  fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: largestPiece }), { minLength: 1, maxLength: 8 }),
    bodies: fc.array(fc.integer({ min: 0, max: largestBody }), { minLength: 1, maxLength: 3 }),
    chunked: fc.boolean(),
  });

describe.each([
  ["own", listenOwn],
  ["node", listenNode],
] as const)("listener %s", async (_, listen) => {
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    idle: 50_000,
    headerTime: 50_000,
    headerSize: 16_384,
    certificate: { current: () => context },
    async handle(request) {
      const parts: Uint8Array[] = [];
      for await (const piece of request.body) parts.push(Buffer.from(piece));
      const body = Buffer.concat(parts);
      // The request came without anything lost, so that its answer shows what is lost on the way back.
      return { status: body.equals(pattern(body.length)) ? 200 : 500, headers: {}, body };
    },
  });
  afterAll(() => listener.stop());

  test("whatever the pieces of a connection, bodies arrive as they were sent, and answers too", async () => {
    const check = async ({ sizes, bodies, chunked }: { sizes: number[]; bodies: number[]; chunked: boolean }) => {
      const splitter = await startSplitter(listener.port, sizes);
      try {
        for (const size of bodies) {
          const sent = pattern(size);
          const body = chunked ? new Blob([sent]).stream() : sent;
          const response = await fetch(`https://127.0.0.1:${splitter.port}/`, { method: "PUT", body, tls: { rejectUnauthorized: false } });
          expect(response.status).toBe(200);
          expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true);
        }
      } finally {
        splitter.close();
      }
    };
    await fc.assert(fc.asyncProperty(fc.oneof(transfers(40, 5000), transfers(100_000, 3_000_000)), check), { numRuns: 12 });
  }, 120_000);
});
