import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { converse } from "./conversation.ts";
import { CORPUS, LAXER_ON_NODE } from "./corpus/all.ts";
import { NEXT } from "./corpus/case.ts";
import { LISTENER_NAMES } from "./recording.ts";

const CERTIFICATES = join(import.meta.dir, "../tls/certificates");
const TLS = { certificate: join(CERTIFICATES, "first.crt"), key: join(CERTIFICATES, "first.key") };

/** Conversations at once. */
const LANES = 8;

/** Every case with a request behind it that is known by its path in the log; but for those where that is up to the endpoint, which need not ask for a body. */
const NUMBERED = Object.values(CORPUS)
  .flat()
  .filter(({ name }) => !/^a body .*that is asked for/.test(name))
  .map((each, at) => ({ ...each, path: `/next-${at}-`, behind: NEXT.replace("/next", `/next-${at}-`) }));

const SERVERS = LISTENER_NAMES.flatMap((listener) => [false, true].map((secure) => ({ listener, secure })));

describe.each(SERVERS)("a registry, listener $listener, TLS: $secure", ({ listener, secure }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: { server: { listener }, limits: { idle: "2s" }, ...(secure && { tls: TLS }) } });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
  }, 60_000);

  test("every case ends its connection, and only where it is one whole request the log has the one behind it", async () => {
    const waiting = [...NUMBERED];
    const open: string[] = [];
    const failed: string[] = [];
    const lane = async () => {
      for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
        const { statuses, closed } = await converse(server.port, [Buffer.from(each.sent + each.behind, "latin1")], { secure });
        if (!closed) open.push(each.name);
        if (statuses.some((status) => status >= 500 && status !== 505)) failed.push(each.name);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await converse(server.port, [Buffer.from(NEXT.replace("/next", "/after-all"))], { secure });
    await eventually("the log has the last request", async () => server.stderr().includes("/after-all"));

    const log = server.stderr();
    const served = NUMBERED.filter(({ path }) => log.includes(path)).map(({ name }) => name);
    const lax = served.filter((name) => LAXER_ON_NODE.has(name));
    expect(served.filter((name) => !lax.includes(name))).toEqual(NUMBERED.filter(({ taken }) => taken.at(-1) === "GET /next").map(({ name }) => name));
    expect(lax.length).toBe(listener === "node" ? LAXER_ON_NODE.size : 0);
    expect({ open, failed }).toEqual({ open: [], failed: [] });
    expect(log).not.toContain("/hidden");
  }, 300_000);
});
