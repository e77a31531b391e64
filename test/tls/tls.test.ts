import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { startTestServer, type TestServer } from "../support/server.ts";

const CERTIFICATES = join(import.meta.dir, "certificates");
const BLOB = new Uint8Array(1_500_000).map((_, index) => (index * 31) % 251);
const DIGEST = `sha256:${new Bun.CryptoHasher("sha256").update(BLOB).digest("hex")}`;

describe.each(["own", "node"] as const)("listener %s", (listener) => {
  let folder: string;
  let server: TestServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "opm-tls-"));
    install("first");
    const tls = { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
    server = await startTestServer({ config: { tls, server: { listener }, limits: { headerTime: "2s" } } });
    const response = await get(`/v2/team/app/blobs/uploads/?digest=${DIGEST}`, { method: "POST", body: BLOB });
    expect(response.status).toBe(201);
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function install(name: "first" | "second"): void {
    copyFileSync(join(CERTIFICATES, `${name}.key`), join(folder, "tls.key"));
    copyFileSync(join(CERTIFICATES, `${name}.crt`), join(folder, "tls.crt"));
  }

  function get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(server.url + path, { ...init, tls: { rejectUnauthorized: false }, signal: AbortSignal.timeout(50_000) });
  }

  /** The common name of the certificate that a new connection is served. */
  function servedName(): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: server.port, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.once("error", reject);
    });
  }

  /** @param times in a row: of several processes each reads the files by itself */
  async function untilServed(name: string, times = 1): Promise<void> {
    const end = Date.now() + 50_000;
    for (let seen = 0; seen < times; seen = (await servedName()) === name ? seen + 1 : 0) {
      if (Date.now() > end) throw new Error(`${name} is not served within 50 s`);
      if (seen === 0) await Bun.sleep(50);
    }
  }

  /** Log lines are written a moment after the answer. */
  async function untilLogged(text: string): Promise<void> {
    const end = Date.now() + 50_000;
    while (!server.stderr().includes(text)) {
      if (Date.now() > end) throw new Error(`the log does not say '${text}' within 50 s`);
      await Bun.sleep(20);
    }
  }

  type Open = (address: { readonly host: string; readonly port: number }) => Socket;

  /** Milliseconds until the server closes a connection on which `send` is all that a client does. */
  function closedAfter(open: Open, send: (write: (text: string) => void) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const socket = open({ host: "127.0.0.1", port: server.port });
      const timer = setTimeout(() => reject(new Error("still open after 50 s")), 50_000);
      socket.on("connect", () => send((text) => void socket.write(text)));
      socket.on("error", () => {});
      socket.on("data", () => {});
      socket.on("close", () => {
        clearTimeout(timer);
        resolve(performance.now() - began);
      });
    });
  }

  test("blobs arrive whole over TLS", async () => {
    const response = await get(`/v2/team/app/blobs/${DIGEST}`);
    expect(response.headers.get("content-length")).toBe(String(BLOB.length));
    expect(new Bun.CryptoHasher("sha256").update(await response.bytes()).digest("hex")).toBe(DIGEST.slice("sha256:".length));
  });

  test("the log names the client, not the server itself, and realms are https", async () => {
    const response = await get("/v2/", { headers: { authorization: "Basic bm9ib2R5Ondyb25n" } });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain(`realm="${server.url}/token"`);
    await untilLogged('"remote":"127.0.0.1"');
  });

  test("new certificates are served at once and no request is dropped", async () => {
    let stop = false;
    let requests = 0;
    const load = async (keepalive: boolean) => {
      while (!stop) {
        const response = await get(`/v2/team/app/blobs/${DIGEST}`, keepalive ? {} : { keepalive: false, headers: { connection: "close" } });
        expect((await response.bytes()).length).toBe(BLOB.length);
        requests++;
      }
    };
    const clients = [load(true), load(true), load(false), load(false)];
    expect(await servedName()).toBe("first.example");
    for (const name of ["second", "first", "second"] as const) {
      install(name);
      await untilServed(`${name}.example`);
    }
    await untilServed("second.example", 20);
    stop = true;
    await Promise.all(clients);
    expect(requests).toBeGreaterThan(20);
  }, 60_000);

  test("a certificate that cannot be used changes nothing, and the log says so", async () => {
    const before = await servedName();
    writeFileSync(join(folder, "tls.crt"), "not a certificate");
    await untilLogged("the new TLS certificate cannot be used");
    expect(await servedName()).toBe(before);
    expect(server.stderr()).not.toContain("BEGIN");
    install("second");
  });

  test("a client that never finishes its handshake, or drips it, is disconnected", async () => {
    expect(await closedAfter(connectPlain, () => {})).toBeLessThan(5000);
    let timer: Timer | undefined;
    const dripped = closedAfter(connectPlain, (write) => {
      timer = setInterval(() => write("\x16"), 200);
    });
    expect(await dripped).toBeLessThan(6000);
    clearInterval(timer);
  }, 60_000);

  test("headers that are dripped after the handshake are bounded too", async () => {
    let timer: Timer | undefined;
    const open: Open = (address) => {
      const socket = connect({ ...address, rejectUnauthorized: false });
      socket.once("secureConnect", () => socket.write("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-A: "));
      return socket;
    };
    const dripped = closedAfter(open, (write) => {
      timer = setInterval(() => write("a"), 200);
    });
    expect(await dripped).toBeLessThan(9000);
    clearInterval(timer);
  }, 60_000);
});
