import { afterEach, describe, expect, test } from "bun:test";
import { eventually } from "../../../test/support/eventually.ts";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { type MigrationOptions, migrate } from "../sql/migrate.ts";
import type { BesideStep, Migration } from "../sql/schema/migration.ts";
import { MIGRATIONS } from "../sql/schema/migrations.ts";
import { Pool } from "./pool.ts";
import { postgresMigrations } from "./transactor.ts";

const NEXT = MIGRATIONS.length + 1;

/** Milliseconds that statements of those who serve may take: none of them waits for a migration. */
const SERVING = 2000;

/** A table of the schema whose rows nothing else in these tests wants. */
const PUSH = "INSERT INTO media_type (name) VALUES ($1)";

postgresSuite((database) => {
  describe("migrations beside pushes: postgres", () => {
    const pools: Pool[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close()));
    });

    const open = async () => {
      const url = await database();
      const connect = (statementLimit = 0) => {
        const pool = new Pool({ url, connections: 3, statementLimit });
        pools.push(pool);
        return postgresMigrations(pool);
      };
      const node = connect();
      await migrate(node);
      const serving = connect(SERVING);
      let pushes = 0;
      return {
        node,
        other: connect(),
        query: <Row>(text: string, values: readonly (string | number)[] = []): Promise<Row[]> => serving.outside?.run<Row>(text, values) ?? Promise.reject(),
        push: () => serving.transaction((x) => x.run(PUSH, [`application/x-push-${++pushes}`])),
      };
    };
    type Setting = Awaited<ReturnType<typeof open>>;

    const step = (parts: Partial<BesideStep>): Migration => ({ version: NEXT, name: "test", indexes: [], ...parts });
    const upgrade = (to: Setting["node"], extra: Migration, options: Partial<MigrationOptions> = {}): Promise<void> =>
      migrate(to, { migrations: [...MIGRATIONS, extra], grace: 0, ...options });
    const version = async ({ query }: Setting): Promise<number> => (await query<{ v: number }>("SELECT MAX(version) AS v FROM schema_migration"))[0]?.v ?? 0;

    test("a step takes as long as it takes: pushes go on, another node waits and says so, and it is done once", async () => {
      const setting = await open();
      const { node, other, push } = setting;
      const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let filled = 0;
      const long = step({
        fill: async (x) => {
          filled++;
          // Longer than any statement of those who serve may take.
          await x.query(`SELECT pg_sleep(${(SERVING / 1000) * 1.5})`);
          begun.resolve();
          await end.promise;
          return false;
        },
      });
      const done: string[] = [];
      const first = upgrade(node, long).then(() => void done.push("first"));
      await begun.promise;
      const second = upgrade(other, long).then(() => void done.push("second"));
      await push();
      await push();
      await Bun.sleep(500);
      expect(done).toEqual([]);
      expect(await version(setting)).toBe(NEXT - 1);
      end.resolve();
      await Promise.all([first, second]);
      expect(filled).toBe(1);
      expect(await version(setting)).toBe(NEXT);
    }, 60_000);

    test("what is filled in comes in batches, which go on where they were interrupted", async () => {
      const setting = await open();
      const { node, other, query } = setting;
      await query("CREATE TABLE thing (id INTEGER PRIMARY KEY, word TEXT NOT NULL DEFAULT '')");
      await query("INSERT INTO thing (id) SELECT generate_series(1, 10)");
      let batches = 0;
      const filling = (failing: boolean) =>
        step({
          fill: async (x) => {
            if (failing && batches === 2) throw new Error("killed");
            batches++;
            const rows = await x.query("UPDATE thing SET word = 'w' || id WHERE id IN (SELECT id FROM thing WHERE word = '' ORDER BY id LIMIT 3) RETURNING id");
            return rows.length === 3;
          },
        });
      expect(await upgrade(node, filling(true)).catch((error: unknown) => error)).toMatchObject({ message: "killed" });
      expect(await query("SELECT id FROM thing WHERE word = ''")).toHaveLength(4);
      expect(await version(setting)).toBe(NEXT - 1);
      await upgrade(other, filling(false));
      expect(batches).toBe(4);
      expect(await query("SELECT id FROM thing WHERE word = ''")).toHaveLength(0);
      expect(await version(setting)).toBe(NEXT);
    }, 60_000);

    const valid = async ({ query }: Setting) =>
      (await query<{ v: boolean }>("SELECT indisvalid AS v FROM pg_index WHERE indexrelid = to_regclass('test_index')"))[0]?.v;

    test("while an index is built pushes to its table go on", async () => {
      const setting = await open();
      const { node, other, push } = setting;
      const index = step({ indexes: [{ name: "test_index", on: "media_type (name, id)" }] });
      let building: Promise<void> = Promise.resolve();
      await other.transaction(async (x) => {
        // The index waits for the end of this transaction.
        await x.run(PUSH, ["application/x-long"]);
        building = upgrade(node, index);
        building.catch(() => undefined);
        await eventually("the index is begun", async () => (await valid(setting)) === false);
        await push();
        await push();
      });
      await building;
      expect(await valid(setting)).toBe(true);
      expect(await version(setting)).toBe(NEXT);
    }, 60_000);

    test("an index whose building was interrupted is built again; a whole one is kept", async () => {
      const setting = await open();
      const { node, other, query } = setting;
      await query("CREATE TABLE thing (id INTEGER)");
      await query("INSERT INTO thing (id) VALUES (1), (1)");
      const index = step({ indexes: [{ name: "test_index", unique: true, on: "thing (id)" }] });
      expect(await upgrade(node, index).catch((error: unknown) => error)).toMatchObject({ errno: "23505" });
      expect(await valid(setting)).toBe(false);
      await query("DELETE FROM thing");
      await upgrade(other, index);
      expect(await valid(setting)).toBe(true);
      const oid = () => query("SELECT CAST(to_regclass('test_index')::oid AS INTEGER) AS oid");
      const before = await oid();
      await query("DELETE FROM schema_migration WHERE version = $1", [NEXT]);
      await upgrade(node, index);
      expect(await oid()).toEqual(before);
    }, 60_000);

    test("a step that others keep from its lock, as a dump does, keeps nobody waiting for long", async () => {
      const setting = await open();
      const { node, other, push } = setting;
      const adding: Migration = { version: NEXT, name: "test", statements: () => ["ALTER TABLE media_type ADD COLUMN extra INTEGER"] };
      let upgrading: Promise<void> = Promise.resolve();
      await other.transaction(async (x) => {
        await x.run("LOCK TABLE media_type IN ACCESS SHARE MODE");
        upgrading = upgrade(node, adding, { lockLimit: 100 });
        upgrading.catch(() => undefined);
        for (let n = 0; n < 20; n++) {
          await push();
          await Bun.sleep(20);
        }
        expect(await version(setting)).toBe(NEXT - 1);
      });
      await upgrading;
      expect(await version(setting)).toBe(NEXT);
    }, 60_000);

    test("programs are told what they must know before the step is taken, and that they may go on when it fails", async () => {
      const setting = await open();
      const { node, other, query } = setting;
      const minimum = async () => (await query<{ minimum: number }>("SELECT minimum FROM schema_program"))[0]?.minimum;
      const before = await minimum();
      let seen: number | undefined;
      const raising = (statement: string): Migration => ({
        version: NEXT,
        name: "test",
        minimumProgram: NEXT,
        obstacle: async () => {
          seen = await minimum();
          return undefined;
        },
        statements: () => [statement],
      });
      const started = performance.now();
      await upgrade(node, raising("SELECT nothing FROM nowhere"), { grace: 300 }).catch(() => undefined);
      expect(performance.now() - started).toBeGreaterThan(290);
      expect([seen, await minimum(), await version(setting)]).toEqual([NEXT, before, NEXT - 1]);
      await upgrade(other, raising("SELECT 1"));
      expect([await minimum(), await version(setting)]).toEqual([NEXT, NEXT]);
    }, 60_000);
  });
});
