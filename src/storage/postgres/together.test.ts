import { afterEach, describe } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { propertyCases } from "../metadata/testing/together/property-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { postgresConnection } from "./connection.ts";
import { postgresTransactor } from "./transactor.ts";

postgresSuite((database) => {
  describe("changes of the catalog: postgres", () => {
    const pools: SQL[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close({ timeout: 0 })));
    });

    const open = async () => {
      const pool = new SQL({ url: await database(), adapter: "postgres", max: 6, connection: { client_min_messages: "warning" } });
      pools.push(pool);
      const transactor = postgresTransactor(pool);
      await migrate(transactor);
      return { ...transactor, x: postgresConnection(pool) };
    };
    propertyCases(open, { seeds: 1, steps: 50, parallel: 1 });
    propertyCases(open, { seeds: 1, steps: 60, parallel: 4 });
  });
});
