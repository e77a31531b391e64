import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectSecure } from "node:tls";
import { emptyReply } from "../../src/server/http.ts";
import { listen } from "../../src/server/node/listener.ts";
import { openCertificate } from "../../src/server/tls/certificate.ts";
import { openTlsFront, type TlsFront } from "../../src/server/tls/front.ts";
import type { Listener } from "../../src/server/transport/listener.ts";

const CERTIFICATES = join(import.meta.dir, "certificates");
const REQUEST = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

let front: TlsFront;
let inner: Listener;
let stopWatching: () => void;
/** Who the requests came from, one for each. */
const served: string[] = [];

beforeAll(async () => {
  const files = { certificate: join(CERTIFICATES, "first.crt"), key: join(CERTIFICATES, "first.key") };
  const certificate = await openCertificate(
    files,
    () => {},
    () => {},
  );
  stopWatching = () => certificate.stop();
  front = await openTlsFront({ host: "127.0.0.1", port: 0, certificate, handshakeTime: 5000 });
  const handle = async ({ remote }: { readonly remote: string }) => {
    served.push(remote);
    return emptyReply(200);
  };
  inner = await listen({ host: "127.0.0.1", port: 0, idle: 5000, headerTime: 5000, headerSize: 16_384, scheme: "https", front, handle });
  front.forwardTo(inner.port);
});

afterAll(async () => {
  stopWatching();
  front.stop();
  await inner.stop();
});

/** Everything that comes until the connection ends, or until `enough` does. */
function received(socket: Socket, enough?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`still open after 50 s: ${text}`)), 50_000);
    const done = () => {
      clearTimeout(timer);
      resolve(text);
    };
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      if (enough?.test(text)) done();
    });
    socket.on("error", () => {});
    socket.on("close", done);
  });
}

/** The ports that connections to the listener behind the front come from, as the kernel lists them. */
function insidePorts(): number[] {
  const wanted = `:${inner.port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
    readFileSync(table, "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , remote, state]) => remote?.endsWith(wanted) && state === "01")
      .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16)),
  );
}

test("whoever has a port that the front has too, at another loopback address, is not served", async () => {
  const client = connectSecure({ host: "127.0.0.1", port: front.port, rejectUnauthorized: false });
  try {
    const answer = received(client, /200 OK/);
    client.write(REQUEST);
    expect(await answer).toContain("200 OK");
    expect(served).toEqual(["127.0.0.1"]);
    const [port] = insidePorts();
    expect(port).toBeGreaterThan(0);
    for (const localAddress of ["127.0.0.2", "127.5.5.5"]) {
      const intruder = connect({ host: "127.0.0.1", port: inner.port, localAddress, ...(port !== undefined && { localPort: port }) });
      intruder.write(REQUEST);
      expect(await received(intruder)).toBe("");
    }
    const other = connect({ host: "127.0.0.1", port: inner.port });
    other.write(REQUEST);
    expect(await received(other)).toBe("");
    expect(served).toEqual(["127.0.0.1"]);
    // The front's own connection goes on.
    const again = received(client, /200 OK/);
    client.write(REQUEST);
    expect(await again).toContain("200 OK");
  } finally {
    client.destroy();
  }
});

test.each([REQUEST, "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])(
  "plain HTTP gets one line that says what to do: %#",
  async (text) => {
    const before = served.length;
    const socket = connect({ host: "127.0.0.1", port: front.port });
    socket.write(text);
    const [head = "", body = ""] = (await received(socket)).split("\r\n\r\n");
    expect(head).toStartWith("HTTP/1.1 400 Bad Request\r\n");
    expect(body).toMatch(/^Client sent an HTTP request to an HTTPS server.*https:\/\/.*\n$/);
    expect(head).toContain(`Content-Length: ${body.length}`);
    expect(served.length).toBe(before);
  },
);

test("what is neither TLS nor HTTP gets nothing", async () => {
  for (const text of ["\u0000\u0001", "ssh", "\n"]) {
    const socket = connect({ host: "127.0.0.1", port: front.port });
    socket.write(text);
    expect(await received(socket)).toBe("");
  }
});

test("requests that come together are all answered", async () => {
  const client = connectSecure({ host: "127.0.0.1", port: front.port, rejectUnauthorized: false });
  const answer = received(client, /200 OK.*200 OK/s);
  client.write(REQUEST + REQUEST);
  expect(await answer).toMatch(/200 OK.*200 OK/s);
  client.destroy();
});
