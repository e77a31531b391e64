import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { startTestServer } from "../support/server.ts";

const INVALID = 2;
const NETWORK = 3;

postgresSuite((database) => {
  describe("a server whose database cannot be used says so in one line and does not start", () => {
    let url: string;
    let admin: SQL;
    beforeAll(async () => {
      url = await database();
      await (await openPostgresStore({ url, durability: "relaxed" })).close();
      admin = new SQL({ url, adapter: "postgres", max: 1 });
    });
    afterAll(() => admin.close());

    const as = (user: string): string => {
      const other = new URL(url);
      other.username = user;
      return other.href;
    };
    const at = (change: (url: URL) => void): string => {
      const other = new URL(url);
      change(other);
      return other.href;
    };

    /** What `opm serve` says, and its exit code. */
    const refusal = async (metadata: Readonly<Record<string, unknown>>): Promise<{ readonly code: number; readonly lines: readonly string[] }> => {
      const started = await startTestServer({ config: { storage: { metadata: { driver: "postgres", ...metadata } } } }).catch((error: unknown) => error);
      if (!(started instanceof Error)) throw new Error("the server started");
      const [first = "", ...lines] = started.message.trim().split("\n");
      return { code: Number(/ended with (\d+)/.exec(first)?.[1]), lines };
    };

    const expectRefusal = async (metadata: Readonly<Record<string, unknown>>, code: number, line: RegExp): Promise<void> => {
      const refused = await refusal(metadata);
      expect(refused.lines.join("\n")).toMatch(line);
      expect(refused).toMatchObject({ code, lines: { length: 1 } });
    };

    test(
      "nobody at the address",
      () => expectRefusal({ url: at((other) => (other.port = "1")) }, NETWORK, /storage\.metadata\.url: .* cannot be reached at 127\.0\.0\.1:1: /),
      60_000,
    );

    test("an account that is not there", () => expectRefusal({ url: as("nobody") }, INVALID, /storage\.metadata\.url: .*refuses the account/), 60_000);

    test(
      "a database that is not there",
      () => expectRefusal({ url: at((other) => (other.pathname = "/none")) }, INVALID, /storage\.metadata\.url: .*is not there/),
      60_000,
    );

    test("an account that may not create tables", async () => {
      const empty = new URL(await database());
      await using owner = new SQL({ url: empty.href, adapter: "postgres", max: 1 });
      await owner.unsafe("CREATE ROLE reader LOGIN");
      await owner.unsafe("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
      empty.username = "reader";
      await expectRefusal({ url: empty.href }, INVALID, /storage\.metadata\.url: the account may not do .*permission denied.*grant CREATE/);
    }, 60_000);

    test("fewer connections left than it may want", async () => {
      await admin.unsafe("CREATE ROLE poor LOGIN SUPERUSER CONNECTION LIMIT 100");
      await expectRefusal(
        { url: as("poor"), connections: 500 },
        INVALID,
        /storage\.metadata\.connections: .* has \d+ connections left, this process may want 500/,
      );
      await admin.unsafe("CREATE ROLE poorer LOGIN CONNECTION LIMIT 3");
      await expectRefusal({ url: as("poorer"), connections: 4 }, INVALID, /storage\.metadata\.connections: .* has 3 connections left, this process may want 4/);
    }, 60_000);

    test("no connection left at all", async () => {
      await admin.unsafe("CREATE ROLE poorest LOGIN CONNECTION LIMIT 0");
      await expectRefusal({ url: as("poorest") }, INVALID, /storage\.metadata\.connections: .* has no connection left/);
    }, 60_000);

    test(
      "a server without TLS where the URL asks for it",
      () => expectRefusal({ url: at((other) => other.searchParams.set("sslmode", "require")) }, NETWORK, /storage\.metadata\.url: .*does not support SSL/),
      60_000,
    );

    test(
      "a word that no URL knows",
      () => expectRefusal({ url: at((other) => other.searchParams.set("sslmode", "perhaps")) }, INVALID, /storage\.metadata\.url: .*sslmode.*verify-full/),
      60_000,
    );

    test("a database that asks for a newer program", async () => {
      await admin.unsafe("INSERT INTO schema_migration (version, name) VALUES (9999, 'future')");
      await admin.unsafe("UPDATE schema_program SET minimum = 9999");
      await expectRefusal({ url }, INVALID, /storage\.metadata\.url: .*schema version 9999.*start the newer program/);
    }, 60_000);
  });
});
