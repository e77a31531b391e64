import { describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { RepositoryFixture, tagOf } from "../metadata/testing/fixture.ts";
import { storeError } from "./errors.ts";
import { openPostgresStore } from "./postgres-store.ts";

postgresSuite((database) => {
  describe("postgres", () => {
    test("two stores over one database see each other's changes and keep one history", async () => {
      const url = await database();
      const stores = await Promise.all([openPostgresStore({ url, durability: "full" }), openPostgresStore({ url, durability: "relaxed" })]);
      try {
        const { name } = new RepositoryFixture(stores[0]);
        const repositories = stores.map((store) => new RepositoryFixture(store, name));
        await Promise.all(
          repositories.map(async (repository) => {
            for (let n = 0; n < 10; n++) {
              const image = await repository.image();
              await repository.put(image, ["t"]);
              for (const other of repositories) expect(await other.has(image)).toBe(true);
            }
          }),
        );
        const events = (await stores[0].tags.listEvents(name, tagOf("t"), { limit: 100 })).reverse();
        expect(events.map((event) => event.from)).toEqual([undefined, ...events.slice(0, -1).map((event) => event.to)]);
        expect(events).toHaveLength(20);
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    }, 120_000);

    test("a server that ends its sessions is answered with a reason, and found again", async () => {
      const url = await database();
      const store = await openPostgresStore({ url, durability: "full", connections: 2 });
      await using admin = new SQL({ url, adapter: "postgres", max: 1 });
      try {
        await store.check();
        await admin.unsafe("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        const deadline = Date.now() + 50_000;
        while (true) {
          const [outcome] = await Promise.allSettled([store.check()]);
          if (outcome?.status === "fulfilled") break;
          expect(outcome?.reason).toMatchObject({ name: "MetadataStoreError", reason: "unavailable" });
          expect(Date.now()).toBeLessThan(deadline);
        }
      } finally {
        await store.close();
      }
    }, 120_000);

    test("a node waits for the migration of another, beyond the limit of its statements", async () => {
      const url = await database();
      await using other = new SQL({ url, adapter: "postgres", max: 1 });
      let [migrating, opened] = [true, false];
      const taken = Promise.withResolvers<void>();
      const migration = other.begin(async (connection) => {
        await connection.unsafe("SELECT pg_advisory_xact_lock(7303277)");
        taken.resolve();
        await Bun.sleep(1500);
        expect(opened).toBe(false);
        migrating = false;
      });
      await taken.promise;
      const store = await openPostgresStore({ url, durability: "full", connections: 2, statementLimit: 300 });
      try {
        opened = true;
        expect(migrating).toBe(false);
        expect(await store.coordination.time()).toBeWithin(Date.now() - 60_000, Date.now() + 60_000);
      } finally {
        await migration;
        await store.close();
      }
    }, 120_000);

    test("no server at the address is said so", async () => {
      const error = await openPostgresStore({ url: "postgres://nobody@127.0.0.1:1/none", durability: "full" }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "MetadataStoreError", reason: "unavailable" });
    });
  });
});

test.each([
  ["53100", "no-space"],
  ["53300", "too-few-connections"],
  ["42501", "denied"],
  ["26000", "unsupported"],
  ["40P01", "busy"],
  ["57014", "timeout"],
  ["57P01", "unavailable"],
  ["28P01", "denied"],
  ["3D000", "absent"],
])("SQLSTATE %s has the reason %s", (errno, reason) => {
  expect(storeError(new SQL.PostgresError("x", { code: "ERR_POSTGRES_SERVER_ERROR", errno }))).toMatchObject({ reason });
});

test("other errors stay as they are", () => {
  const error = new SQL.PostgresError("syntax error", { code: "ERR_POSTGRES_SERVER_ERROR", errno: "42601" });
  expect(storeError(error)).toBe(error);
});
