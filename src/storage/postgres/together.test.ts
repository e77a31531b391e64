import { afterEach, describe } from "bun:test";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { propertyCases } from "../metadata/testing/together/property-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { postgresConnection } from "./connection.ts";
import { Pool } from "./pool.ts";
import { postgresTransactor } from "./transactor.ts";

postgresSuite((database) => {
  describe("changes of the catalog: postgres", () => {
    const pools: Pool[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close()));
    });

    const open = async () => {
      const pool = new Pool({ url: await database(), connections: 6 });
      pools.push(pool);
      const transactor = postgresTransactor(pool);
      await migrate(transactor);
      return { ...transactor, x: postgresConnection((work) => pool.share(work)) };
    };
    propertyCases(open, { seeds: 1, steps: 50, parallel: 1 });
    propertyCases(open, { seeds: 1, steps: 60, parallel: 4 });
  });
});
