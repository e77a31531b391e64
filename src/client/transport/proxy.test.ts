import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type FakeServer, reply, startFakeServer } from "../testing/fake-server.ts";
import { NO_CREDENTIALS } from "../testing/no-credentials.ts";
import { tlsMaterial } from "./certificates.ts";
import { proxyFor } from "./proxy.ts";
import { createTransport } from "./transport.ts";

const RETRY = { attempts: 1, delay: 1, longestDelay: 1 };
const CERTIFICATES = join(import.meta.dir, "..", "..", "..", "test", "tls", "certificates");

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const of = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env);

test("the variable of the scheme counts, the lower case first", () => {
  const env = { HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1", HTTP_PROXY: "plain:2", NO_PROXY: "" };
  expect(of("https://r.example.com/x", env)).toBe("http://lower:1");
  expect(of("http://r.example.com/x", env)).toBe("http://plain:2");
  expect(of("https://r.example.com/x", { ALL_PROXY: "http://all:3" })).toBe("http://all:3");
  expect(of("https://r.example.com/x", {})).toBeUndefined();
});

test.each([
  ["*", true],
  ["example.com", true],
  [".example.com", true],
  ["*.example.com", true],
  ["r.example.com", true],
  ["r.example.com:443", true],
  ["r.example.com:444", false],
  ["ample.com", false],
  [".r.example.com", false],
  ["other.com, r.example.com", true],
  ["other.com", false],
])("NO_PROXY=%s", (list, exempt) => {
  expect(of("https://r.example.com/x", { HTTPS_PROXY: "http://p:1", NO_PROXY: list }) === undefined).toBe(exempt);
});

test("ranges of addresses are exempt, the loopback always", () => {
  const env = { HTTP_PROXY: "http://p:1", NO_PROXY: "10.1.0.0/16" };
  expect(of("http://10.1.200.3/x", env)).toBeUndefined();
  expect(of("http://10.2.0.1/x", env)).toBe("http://p:1");
  for (const host of ["localhost:5000", "127.0.0.1", "127.9.9.9:1", "[::1]:5000"]) expect(of(`http://${host}/x`, env)).toBeUndefined();
});

test("a request goes through the proxy", async () => {
  server = await startFakeServer((_, response) => reply(response, 200));
  const env = { HTTP_PROXY: `http://${server.host}` };
  const transport = createTransport("registry.invalid", { plainHttp: true, env, credentials: NO_CREDENTIALS, retry: RETRY, idleLimit: 2000 });
  expect(await transport.send({ method: "GET", url: new URL("http://registry.invalid/v2/") })).toMatchObject({ status: 200 });
  expect(server.seen[0]?.headers.host).toBe("registry.invalid");
});

test("an authority of one's own is trusted with caFile and SSL_CERT_FILE, and not without", async () => {
  const crt = join(CERTIFICATES, "first.crt");
  const tls = { cert: Bun.file(crt), key: Bun.file(join(CERTIFICATES, "first.key")) };
  const secure = Bun.serve({ port: 0, hostname: "127.0.0.1", tls, fetch: () => new Response("ok") });
  const ask = async (more: { readonly caFile?: string; readonly env?: Record<string, string> }) => {
    const transport = createTransport("registry.invalid", { env: {}, credentials: NO_CREDENTIALS, retry: RETRY, idleLimit: 2000, ...more });
    return await transport.send({ method: "GET", url: new URL(`https://localhost:${secure.port}/v2/`) }).catch((error: unknown) => error);
  };
  try {
    expect(await ask({ caFile: crt })).toMatchObject({ status: 200 });
    expect(await ask({ env: { SSL_CERT_FILE: crt } })).toMatchObject({ status: 200 });
    const error = await ask({});
    expect(error).toMatchObject({ kind: "network" });
    expect(String(error)).toContain("certificate");
  } finally {
    await secure.stop(true);
  }
});

test("an authority that cannot be read is named", () => {
  expect(() => tlsMaterial("r.example.com", { env: {}, caFile: "/nowhere/ca.pem" })).toThrow("cannot read the CA file /nowhere/ca.pem: no such file");
  expect(() => tlsMaterial("r.example.com", { env: {}, caFile: join(CERTIFICATES, "..", "tls.test.ts") })).toThrow("holds no PEM text");
});
