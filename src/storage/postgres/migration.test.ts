import { afterEach, describe } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { migrate } from "../sql/migrate.ts";
import { catalogMigrationCases } from "../sql/testing/catalog-migration-cases.ts";
import { migrationCases } from "../sql/testing/migration-cases.ts";
import { postgresConnection } from "./connection.ts";
import { postgresTransactor } from "./transactor.ts";

postgresSuite((database) => {
  describe("migrations: postgres", () => {
    const pools: SQL[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close({ timeout: 0 })));
    });

    const connect = (url: string) => {
      const pool = new SQL({ url, adapter: "postgres", max: 2, connection: { client_min_messages: "warning" } });
      pools.push(pool);
      return { ...postgresTransactor(pool), x: postgresConnection(pool) };
    };

    const open = async () => {
      const url = await database();
      return { ...connect(url), migrateElsewhere: () => migrate(connect(url)) };
    };
    migrationCases(open);
    catalogMigrationCases(open);
  });
});
