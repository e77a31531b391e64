import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectSecurely } from "node:tls";
import type { HttpRequest } from "../../src/server/http.ts";
import { openCertificate } from "../../src/server/tls/certificate.ts";
import type { Listener } from "../../src/server/transport/listener.ts";
import { type Random, randomOf } from "../../src/storage/filesystem/testing/random.ts";
import { certificateFiles } from "../tls/support.ts";
import { digestOf, type Exchange, exchangeOf, requestOf, serveExchange } from "./exchanges.ts";
import { readAnswers } from "./read-answers.ts";
import { LISTENER_NAMES, listenAs } from "./recording.ts";

/** Connections of each listener, and how many are open at once. */
const CONNECTIONS = 40;
const AT_ONCE = 4;

/** Milliseconds for one. */
const LIMIT = 50_000;

const SEED = Number(process.env.OPM_TEST_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

const SERVERS = LISTENER_NAMES.flatMap((name) => [false, true].map((secure) => ({ name, secure })));

describe.each(SERVERS)("listener $name, TLS: $secure", ({ name, secure }) => {
  let folder: string;
  let listener: Listener;
  const plans = new Map<string, Exchange>();
  let handled = 0;
  let done = 0;

  async function handle(request: HttpRequest) {
    handled++;
    const exchange = plans.get(request.path);
    if (exchange === undefined) throw new Error(`nobody has asked for ${request.path}`);
    const reply = await serveExchange(exchange, request, (content) => {
      const path = join(folder, digestOf(content));
      writeFileSync(path, content);
      return path;
    });
    return { ...reply, done: () => void done++ };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "opm-handover-"));
    const certificate = secure
      ? await openCertificate(
          certificateFiles("first"),
          () => {},
          () => {},
        )
      : undefined;
    listener = await listenAs(name, { handle, certificate });
  });
  afterAll(async () => {
    await listener.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(): Socket {
    const to = { port: listener.port, host: "127.0.0.1" };
    return secure ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to);
  }

  async function exchangeAll(seed: number): Promise<void> {
    const random = randomOf(seed);
    const count = 1 + random.below(12);
    const exchanges = Array.from({ length: count }, (_, at): Exchange => {
      const exchange = exchangeOf(random);
      // node:http closes a connection behind its last answer though the client still sends, which may cost it the answer
      return name === "node" && at === count - 1 ? { ...exchange, reading: "whole" } : exchange;
    });
    const requests = exchanges.map((exchange, at) => {
      const path = `/${seed}/${at}`;
      plans.set(path, exchange);
      return requestOf(exchange, path, at === count - 1);
    });
    const answers = readAnswers(
      await converse(open(), Buffer.concat(requests), random),
      exchanges.map(({ method }) => method),
    );
    for (const [at, { method, content, reading, status, answer }] of exchanges.entries()) {
      const got = answers[at];
      const told = `OPM_TEST_FUZZ_SEED=${seed}, request ${at}`;
      expect(got?.status, told).toBe(status);
      if (reading === "whole" || reading === "slowly") expect(got?.headers.get("x-read"), told).toBe(digestOf(content));
      if (status === 200) expect(got?.headers.get("content-length"), told).toBe(String(answer.length));
      if (status === 200 && method !== "HEAD") expect(digestOf(got?.body ?? Buffer.alloc(0)), told).toBe(digestOf(answer));
    }
  }

  test("whatever is sent in whatever pieces, at whatever pace, arrives, and so do the answers", async () => {
    let seed = SEED;
    const lane = async () => {
      while (seed < SEED + CONNECTIONS) await exchangeAll(seed++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(handled).toBeGreaterThan(CONNECTIONS);
    expect(done).toBe(handled);
  }, 300_000);
});

/** Sends bytes in random pieces, with turns and pauses between some, and reads at a random pace until the server ends the connection. */
async function converse(socket: Socket, bytes: Buffer, random: Random): Promise<Buffer> {
  const received: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`the connection is open after ${LIMIT} ms, with ${Buffer.concat(received).length} bytes`)), LIMIT);
  const isSlow = random.chance(0.3);
  socket.on("data", (piece: Buffer) => {
    received.push(piece);
    if (!isSlow || random.chance(0.5)) return;
    socket.pause();
    if (random.chance(0.3)) socket.resume();
    else setTimeout(() => socket.resume(), random.below(5));
  });
  socket.on("error", reject).on("close", () => resolve());
  const most = [10, 2000, 50_000, 5_000_000][random.below(4)] ?? 1;
  const pieces = Math.min(1000, Math.ceil(bytes.length / most));
  for (let at = 0, count = 0; at < bytes.length && !socket.destroyed; count++) {
    const size = count < pieces ? 1 + random.below(most) : bytes.length;
    if (!socket.write(bytes.subarray(at, at + size))) await new Promise<void>((drained) => socket.once("drain", drained).once("close", () => drained()));
    else if (random.chance(0.3)) await Bun.sleep(random.chance(0.1) ? random.below(5) : 0);
    at += size;
  }
  try {
    await promise;
    return Buffer.concat(received);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
