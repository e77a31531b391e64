import { afterAll, beforeAll } from "bun:test";
import { type RegistryClient, registryClient } from "./registry-client.ts";
import { startTestServer, type TestServer, type TestServerOptions } from "./server.ts";

/** Milliseconds for a hook that starts or ends a process. */
const HOOK_LIMIT = 60_000;

export interface RegistryUnderTest {
  readonly client: RegistryClient;
  /** The process behind it. */
  server(): TestServer;
}

/**
 * Starts a server before the tests of the calling file and stops it after them. When `OPM_TEST_URL` is set the tests
 * run against the registry there instead, to compare with others; `server()` then throws.
 */
export function useRegistry(options: TestServerOptions = {}): RegistryUnderTest {
  let running: TestServer | undefined;
  const elsewhere = process.env.OPM_TEST_URL;
  if (elsewhere !== undefined) return { server: () => fail("OPM_TEST_URL names no process"), client: registryClient(() => elsewhere) };
  beforeAll(async () => {
    running = await startTestServer(options);
  }, HOOK_LIMIT);
  afterAll(async () => {
    await running?.stop();
  }, HOOK_LIMIT);
  const server = () => running ?? fail("the server was not started");
  return { server, client: registryClient(() => server().url) };
}

/** A repository name that no other test uses. */
export function freshRepository(prefix = "test"): string {
  return `${prefix}/${crypto.randomUUID()}`;
}

function fail(message: string): never {
  throw new Error(message);
}
