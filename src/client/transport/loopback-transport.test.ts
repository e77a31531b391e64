import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryClient } from "../registry-client.ts";
import { reply, startFakeServer } from "../testing/fake-server.ts";

const CERTIFICATES = join(import.meta.dir, "..", "..", "..", "test", "tls", "certificates");
const CA = join(CERTIFICATES, "first.crt");
const RETRY = { attempts: 3, delay: 1, longestDelay: 5 };

async function ping(host: string, caFile?: string): Promise<unknown> {
  const client = createRegistryClient({ env: {}, retry: RETRY, idleLimit: 2000, ...(caFile !== undefined && { caFile }) });
  const ask = async () => {
    await client.ping(host);
    await client.ping(host);
    return "answered";
  };
  return await ask().catch((error: unknown) => error);
}

test("plain HTTP is spoken first, and from then on", async () => {
  const server = await startFakeServer((_, response) => reply(response, 200));
  expect(await ping(server.host)).toBe("answered");
  expect(server.seen).toHaveLength(2);
  await server.stop();
});

test("TLS is spoken where the registry wants it, with the authority that it takes", async () => {
  const tls = { cert: Bun.file(CA), key: Bun.file(join(CERTIFICATES, "first.key")) };
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls, fetch: () => new Response("ok") });
  try {
    expect(await ping(`localhost:${server.port}`, CA)).toBe("answered");
    const error = await ping(`localhost:${server.port}`);
    expect(error).toMatchObject({ kind: "network" });
    expect(String(error)).toContain("certificate");
  } finally {
    await server.stop(true);
  }
});

test("refused credentials are a matter of permission over TLS as well", async () => {
  const tls = { cert: Bun.file(CA), key: Bun.file(join(CERTIFICATES, "first.key")) };
  const refuse = () => new Response("no", { status: 401, headers: { "WWW-Authenticate": 'Basic realm="r"' } });
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls, fetch: refuse });
  const host = `localhost:${server.port}`;
  const folder = mkdtempSync(join(tmpdir(), "opm-loopback-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth: btoa("ann:wrong") } } }));
    for (const env of [{}, { DOCKER_CONFIG: folder }]) {
      const client = createRegistryClient({ env, retry: RETRY, idleLimit: 2000, caFile: CA });
      expect(await client.ping(host).catch((error: unknown) => error)).toMatchObject({ kind: "permission" });
    }
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop(true);
  }
});

test("an answer of 400 is one where there is no TLS", async () => {
  const server = await startFakeServer((_, response) => reply(response, 400));
  expect(await ping(server.host)).toMatchObject({ kind: "refused", status: 400 });
  await server.stop();
});

test("a registry that fails at first is asked again", async () => {
  const server = await startFakeServer((_, response) => (server.seen.length < 3 ? reply(response, 503) : reply(response, 200)));
  expect(await ping(server.host)).toBe("answered");
  await server.stop();
});

test("a connection that breaks at first is tried again", async () => {
  const server = await startFakeServer((_, response) => (server.seen.length === 1 ? void response.destroy() : reply(response, 200)));
  expect(await ping(server.host)).toBe("answered");
  await server.stop();
});
