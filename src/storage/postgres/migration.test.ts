import { afterEach, describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { eventually } from "../../../test/support/eventually.ts";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { MetadataStoreError } from "../metadata/error.ts";
import { migrate } from "../sql/migrate.ts";
import { catalogMigrationCases } from "../sql/testing/catalog-migration-cases.ts";
import { migrationCases } from "../sql/testing/migration-cases.ts";
import { postgresConnection } from "./connection.ts";
import { Pool } from "./pool.ts";
import { postgresTransactor } from "./transactor.ts";

/** The first statement of a push. */
const PUSH = "INSERT INTO upload_session (id, repository, algorithm, owner, created_at, expires_at) VALUES ('u', 'r', 'sha256', 'o', 1, 2)";

postgresSuite((database) => {
  describe("migrations: postgres", () => {
    const pools: { close(): Promise<unknown> }[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close()));
    });

    const connect = (url: string) => {
      const pool = new Pool({ url, connections: 2 });
      pools.push(pool);
      return { ...postgresTransactor(pool), x: postgresConnection((work) => pool.share(work)) };
    };

    const open = async () => {
      const url = await database();
      return { ...connect(url), migrateElsewhere: () => migrate(connect(url)) };
    };
    migrationCases(open);
    catalogMigrationCases(open);

    /** A program of before schema version 12, as the database knows it. */
    const connectBefore = (url: string): SQL => {
      const pool = new SQL({ url, adapter: "postgres", max: 1, connection: { application_name: "opm" } });
      pools.push(pool);
      return pool;
    };

    test("a program of before holds up the upgrade, which says what to do and leaves nothing behind", async () => {
      const url = await database();
      const target = connect(url);
      await migrate(target, { target: 11 });
      const before = connectBefore(url);
      await before.unsafe("SELECT version FROM schema_migration");
      const refused = await migrate(target).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(MetadataStoreError);
      expect(refused).toMatchObject({
        reason: "in-use",
        message: expect.stringMatching(/^an opm from before schema version 12 is connected .*: stop it on every machine/),
      });
      await before.unsafe(PUSH);
      await before.close({ timeout: 0 });
      const upgraded = () =>
        migrate(target).then(
          () => true,
          () => false,
        );
      await eventually("the database is brought up to date", upgraded);
    });

    test("a program of before that was cut off during the upgrade writes no more", async () => {
      const url = await database();
      await migrate(connect(url));
      const before = connectBefore(url);
      expect(await before.unsafe("SELECT id FROM upload_session")).toHaveLength(0);
      const changes = ["manifest", "tag_event", "audit", "app_user", "access_token"].map((table) => `INSERT INTO ${table} SELECT * FROM ${table}`);
      for (const statement of [PUSH, ...changes]) {
        const refused = await before.unsafe(statement).catch((error: unknown) => error);
        expect(refused).toMatchObject({ errno: "57P03", message: expect.stringContaining("start the newer opm") });
      }
    });
  });
});
