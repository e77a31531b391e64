import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import type { TakePiece } from "../../storage/byte-source.ts";
import { bytesOf } from "../../storage/testing/content.ts";
import { emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import { serveInMemory } from "./testing/memory-wire.ts";
import { inPieces } from "./testing/pieces.ts";

setDefaultTimeout(60_000);

const EVERYTHING = 2 ** 40;

/** Waits until all that can go on without the client has: several turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !condition(); await settled()) if (performance.now() > end) throw new Error("it did not happen");
}

/** An answer that names the request and has its body back, as text, bytes or in pieces. */
async function echo(request: HttpRequest): Promise<HttpReply> {
  const parts: Uint8Array[] = [];
  for await (const part of request.body) parts.push(part);
  const bytes = Buffer.concat([Buffer.from(`${request.method} ${request.path} `), ...parts]);
  if (request.path === "/text") return { status: 200, headers: {}, body: bytes.toString("latin1") };
  if (request.path === "/bytes") return { status: 200, headers: {}, body: bytes };
  const open = () => new Blob([bytes]).stream();
  return { status: 200, headers: {}, body: { source: { kind: "stream", size: bytes.length, open }, range: undefined } };
}

/** The bodies of answers, each after its head with `Content-Length`, one behind the other. */
function bodiesOf(text: string): string[] {
  const bodies: string[] = [];
  for (let at = 0; at < text.length; ) {
    const [head = "", length = ""] = /^HTTP\/1\.1 200 OK\r\n(?:[^\r\n]+\r\n)*?Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(at)) ?? [];
    if (head === "") throw new Error(`no head: ${JSON.stringify(text.slice(at, at + 200))}`);
    at += head.length + Number(length);
    bodies.push(text.slice(at - Number(length), at));
  }
  return bodies;
}

const CONTENT = Buffer.from(bytesOf(100_000).map((byte) => 0x20 + (byte % 0x5f))).toString("latin1");

const request = fc.record({
  path: fc.constantFrom("/text", "/bytes", "/pieces"),
  size: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 90_000 })),
  chunk: fc.option(fc.integer({ min: 1, max: 30_000 })),
});

function wireForm({ path, size, chunk }: typeof request extends fc.Arbitrary<infer T> ? T : never): string {
  const head = `PUT ${path} HTTP/1.1\r\nHost: localhost\r\n`;
  const content = CONTENT.slice(0, size);
  if (chunk === null) return `${head}Content-Length: ${size}\r\n\r\n${content}`;
  const chunks = content.match(new RegExp(`.{1,${chunk}}`, "g")) ?? [];
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n\r\n`;
}

test("requests in any pieces are answered whole and in order, however slowly the client reads", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 6 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40_000 })), { minLength: 1, maxLength: 6 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1000, max: 80_000 })), { minLength: 1, maxLength: 6 }),
      async (requests, sizes, reads) => {
        const { wire, connections } = serveInMemory({ handle: echo });
        const bytes = Buffer.from(requests.map(wireForm).join(""), "latin1");
        const long = Math.max(...sizes) < 1000 ? [...sizes, 5000] : sizes;
        for (const piece of inPieces(bytes, long)) {
          await until(() => {
            wire.read(50_000);
            return !wire.isPaused;
          });
          wire.send(piece);
        }
        wire.finish();
        for (let at = 0; wire.state === "open"; at++) {
          wire.read(reads[at % reads.length] ?? 1);
          if (at % 50 === 0) wire.read(100_000);
          await settled();
        }
        expect(bodiesOf(wire.received())).toEqual(requests.map(({ path, size }) => `PUT ${path} ${CONTENT.slice(0, size)}`));
        await connections.stop();
      },
    ),
    { numRuns: 60 },
  );
});

const GET = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

describe("a client that sends requests and reads no answers", () => {
  test("has one handled, and is made to wait with the others", async () => {
    let handled = 0;
    const { wire, connections } = serveInMemory({
      handle: async () => {
        handled++;
        return { status: 200, headers: {}, body: CONTENT };
      },
    });
    while (!wire.isPaused && handled < 100) {
      wire.send(Buffer.from(GET.repeat(100)));
      await settled();
    }
    expect(handled).toBe(1);
    wire.read(EVERYTHING);
    await until(() => handled >= 100 && !wire.isPaused);
    wire.destroy();
    await connections.stop();
  });
});

test.each(["at once", "later"])("requests that come together and are answered %s leave turns to others", async (when) => {
  let handled = 0;
  const answer = (): HttpReply => {
    handled++;
    return emptyReply(200);
  };
  const { wire, connections } = serveInMemory({ handle: when === "at once" ? answer : async () => answer() });
  wire.read(EVERYTHING);
  wire.send(Buffer.from(GET.repeat(1000)));
  let most = 0;
  while (handled < 1000) {
    const before = handled;
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, handled - before);
  }
  expect(most).toBeLessThan(40);
  wire.destroy();
  await connections.stop();
});

/** What is received of a connection on which all of this is sent, once it is over. */
async function conversation(text: string, handle: (request: HttpRequest) => Promise<HttpReply> = echo): Promise<string> {
  const { wire, connections } = serveInMemory({ handle });
  wire.read(EVERYTHING);
  wire.send(Buffer.from(text, "latin1"));
  await settled();
  wire.finish();
  await until(() => wire.state !== "open" && wire.state !== "ended");
  await connections.stop();
  return wire.received();
}

describe("the end of a connection", () => {
  test("comes with the answer that says so, and what is behind the request is not read", async () => {
    const close = "GET /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    expect(await conversation(close + GET)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*\r\n\r\nGET \/text $/s);
  });

  test.each(["", "Connection: keep-alive\r\n"])("comes with the answer to HTTP/1.0: %j", async (field) => {
    expect(await conversation(`GET /text HTTP/1.0\r\n${field}\r\n${GET}`)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*\r\n\r\nGET \/text $/s);
  });

  test("comes with a refusal, in the form of the specification's errors", async () => {
    const answer = await conversation(`${GET}GET /text HTTP/1.1\r\n\r\n${GET}`);
    expect(answer).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*GET \/text HTTP\/1\.1 400 Bad Request\r\n.*Connection: close\r\n.*\{"errors":\[\{"code":"UNSUPPORTED",[^{}]*\}\]\}$/s,
    );
  });

  test("comes with the answer to a body that is malformed, which its reader is told", async () => {
    let failure = "";
    const answer = await conversation(`PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc\rGET`, async ({ body }) => {
      try {
        for await (const _piece of body);
      } catch (error) {
        failure = String(error);
      }
      return emptyReply(400);
    });
    expect(failure).toContain("a chunk is longer than its size says");
    expect(answer).toContain("Connection: close\r\n");
  });

  test("comes when the client's half ends within a head, and says why", async () => {
    expect(await conversation("GET / HT")).toContain("400 Bad Request");
    expect(await conversation("")).toBe("");
  });

  test("is told to whoever reads the body", async () => {
    const failures: string[] = [];
    const handle = async ({ body }: HttpRequest) => {
      try {
        for await (const piece of body) expect(Buffer.from(piece).toString()).toBe("abc");
      } catch (error) {
        failures.push(String((error as { code?: string }).code));
      }
      return emptyReply(400);
    };
    expect(await conversation("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabc", handle)).toContain("400 Bad Request");
    const { wire, connections } = serveInMemory({ handle });
    wire.send(Buffer.from("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabc"));
    await settled();
    wire.destroy();
    await settled();
    expect(failures).toEqual(["BODY_INCOMPLETE", "BODY_INCOMPLETE"]);
    await connections.stop();
  });
});

describe("a body that nobody reads", () => {
  const put = (length: number, more = "") => `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`;
  const refuse = async () => emptyReply(413);

  test("is dropped behind the answer, and the next request is read", async () => {
    const answers = await conversation(`${put(10)}GET / HTTP/${GET}`, async ({ method }) => emptyReply(method === "PUT" ? 413 : 204));
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413", "HTTP/1.1 400"]);
    const next = await conversation(`${put(10)}0123456789${GET}`, async ({ method }) => emptyReply(method === "PUT" ? 413 : 204));
    expect(next.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413", "HTTP/1.1 204"]);
  });

  test("is not asked for, and the connection ends", async () => {
    const answer = await conversation(`${put(10, "Expect: 100-continue\r\n")}`, refuse);
    expect(answer).not.toContain("100 Continue");
    expect(answer).toContain("Connection: close\r\n");
  });

  test("makes the client wait until it is answered", async () => {
    const answer = Promise.withResolvers<HttpReply>();
    const { wire, connections } = serveInMemory({ handle: () => answer.promise });
    wire.read(EVERYTHING);
    wire.send(Buffer.concat([Buffer.from(put(200_000)), Buffer.alloc(100_000)]));
    expect(wire.isPaused).toBe(true);
    answer.resolve(emptyReply(413));
    await until(() => !wire.isPaused);
    wire.send(Buffer.alloc(100_000));
    wire.send(Buffer.from(put(0)));
    await until(() => wire.received().split("413").length === 3);
    wire.destroy();
    await connections.stop();
  });
});

test("a body that is waited for is asked for, once", async () => {
  const { wire, connections } = serveInMemory({ handle: echo });
  wire.read(EVERYTHING);
  wire.send(Buffer.from("PUT /text HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  await settled();
  expect(wire.received()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  wire.send(Buffer.from("abc"));
  await until(() => wire.received().includes("PUT /text abc"));
  wire.destroy();
  await connections.stop();
});

test.each([
  ["CR and LF", { "X-Bad": "a\r\nX-Injected: b" }],
  ["NUL", { "X-Bad": "a\u0000" }],
  ["a character of two bytes", { "X-Bad": "\u0100" }],
  ["a name that is none", { "X Bad": "a" }],
])("an answer whose header has %s is a fault of the server, and never gets out", async (_name, headers) => {
  const sent: number[] = [];
  const answer = await conversation(GET, async () => ({ status: 200, headers, body: "secret", done: (bytes) => sent.push(bytes) }));
  expect(answer).toStartWith("HTTP/1.1 500 Internal Server Error\r\n");
  expect(answer).not.toMatch(/Injected|Bad:|secret/);
  expect(sent.length).toBe(1);
});

test("what cannot be sent is told to the log of the server", async () => {
  const faults: unknown[] = [];
  const handle = async () => emptyReply(200, { "X-Bad": "a\r\nInjected: b" });
  const { wire, connections } = serveInMemory({ handle, fault: (error) => faults.push(error) });
  wire.send(Buffer.from(GET));
  await settled();
  expect(faults).toEqual([expect.any(Error)]);
  await connections.stop();
});

test("a fault of the server has no body for HEAD, so that the next answer is where the client looks for it", async () => {
  const handle = async ({ method }: HttpRequest) => emptyReply(method === "HEAD" ? 200 : 204, method === "HEAD" ? { "X-Bad": "\u0000" } : {});
  const answers = await conversation(GET.replace("GET", "HEAD") + GET, handle);
  expect(answers).toMatch(/^HTTP\/1\.1 500 [^{}]*\r\n\r\nHTTP\/1\.1 204 /);
});

test("an answer in pieces that is shorter than it says breaks the connection off", async () => {
  const open = () => new Blob(["abc"]).stream();
  const answer = await conversation(GET, async () => ({
    status: 200,
    headers: {},
    body: { source: { kind: "stream", size: 4, open }, range: undefined },
  }));
  expect(answer).toEndWith("\r\n\r\nabc");
});

test("connections without a request end when the server stops and all was sent, others with their answer", async () => {
  const answer = Promise.withResolvers<HttpReply>();
  const idle = serveInMemory({ handle: echo });
  idle.wire.hold(1);
  const stopped = idle.connections.stop();
  await settled();
  expect(idle.wire.state).toBe("ended");
  idle.wire.hold(0);
  await settled();
  expect(idle.wire.state).toBe("closed");
  await stopped;
  const busy = serveInMemory({ handle: () => answer.promise });
  busy.wire.read(EVERYTHING);
  busy.wire.send(Buffer.from(GET + GET));
  const ended = busy.connections.stop();
  answer.resolve(emptyReply(200));
  await until(() => busy.wire.state === "ended");
  busy.wire.finish();
  await ended;
  expect(busy.wire.received().match(/HTTP\/1\.1 200 OK/g)?.length).toBe(1);
  expect(busy.wire.received()).toContain("Connection: close\r\n");
});

describe("the memory of what came", () => {
  const HEAD = "PUT /v2/ HTTP/1.1\r\nHost: localhost\r\n";
  const PART = Buffer.alloc(50_000, "x");

  /** Serves requests whose body is drained so; tells of each part of a body whether its memory was given back. */
  function givenBack(take: TakePiece, head = `${HEAD}Content-Length: ${4 * PART.length}\r\n\r\n`) {
    const handle = async ({ body }: HttpRequest): Promise<HttpReply> => {
      await body.drain?.(take, new AbortController().signal);
      return emptyReply(200, {});
    };
    const { wire } = serveInMemory({ handle });
    wire.read(EVERYTHING);
    wire.send(Buffer.from(head));
    return wire;
  }

  test("is given back at once when the consumer took it at once", async () => {
    const wire = givenBack(() => undefined);
    for (let part = 0; part < 4; part++) expect(wire.send(PART)).toBe(true);
    await until(() => wire.received() !== "");
  });

  test("stays while the consumer is at it, and that of what waits behind it", async () => {
    const busy = Promise.withResolvers<void>();
    let taken = 0;
    const wire = givenBack(() => (taken++ === 1 ? busy.promise : undefined));
    expect([wire.send(PART), wire.send(PART), wire.send(PART)]).toEqual([true, false, false]);
    busy.resolve();
    await settled();
    expect(wire.send(PART)).toBe(true);
    await until(() => wire.received() !== "");
  });

  test("stays where one of several chunks is in use", async () => {
    const chunk = `${(10).toString(16)}\r\n0123456789\r\n`;
    let taken = 0;
    const wire = givenBack(() => (taken++ === 0 ? new Promise(() => undefined) : undefined), `${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    expect(wire.send(Buffer.from(chunk.repeat(3)))).toBe(false);
  });

  test("stays where a chunk is in use, and what follows is malformed", async () => {
    const wire = givenBack(() => new Promise(() => undefined), `${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    expect(wire.send(Buffer.from("a\r\n0123456789\r\nno size"))).toBe(false);
  });

  test("stays where the body is iterated over", async () => {
    const { wire } = serveInMemory({ handle: echo });
    wire.send(Buffer.from(`${HEAD}Content-Length: ${PART.length}\r\n\r\n`));
    expect(wire.send(PART)).toBe(false);
  });
});
