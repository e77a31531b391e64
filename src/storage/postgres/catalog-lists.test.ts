import { afterEach, describe } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { migrate } from "../sql/migrate.ts";
import { catalogCrowdCases } from "../testing/catalog-crowd-cases.ts";
import { catalogHiddenCases } from "../testing/catalog-hidden-cases.ts";
import { catalogListCases } from "../testing/catalog-read-list-cases.ts";
import { postgresExecutor } from "./executor.ts";
import { postgresTransactor } from "./transactor.ts";

postgresSuite((database) => {
  describe("lists of packages: postgres", () => {
    const pools: SQL[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close({ timeout: 0 })));
    });

    const open = async () => {
      const pool = new SQL({ url: await database(), adapter: "postgres", max: 2, connection: { client_min_messages: "warning" } });
      pools.push(pool);
      const transactor = postgresTransactor(pool);
      await migrate(transactor);
      return { ...transactor, x: postgresExecutor(pool) };
    };
    catalogListCases(open);
    catalogHiddenCases(open);
    catalogCrowdCases(open);
  });
});
