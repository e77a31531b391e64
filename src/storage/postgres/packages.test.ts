import { afterEach, describe } from "bun:test";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { crowdCases } from "../metadata/testing/packages/crowd-cases.ts";
import { hiddenCases } from "../metadata/testing/packages/hidden-cases.ts";
import { packageListCases } from "../metadata/testing/packages/list-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { postgresConnection } from "./connection.ts";
import { Pool } from "./pool.ts";
import { postgresTransactor } from "./transactor.ts";

const connect = (url: string) => new Pool({ url, connections: 2 });

/** All tests start with the same tables. */
async function migrated(url: string): Promise<void> {
  await using pool = connect(url);
  await migrate(postgresTransactor(pool));
}

postgresSuite((database) => {
  describe("lists of packages: postgres", () => {
    const pools: Pool[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close()));
    });

    const open = async () => {
      const pool = connect(await database(migrated));
      pools.push(pool);
      return { ...postgresTransactor(pool), x: postgresConnection((work) => pool.share(work)) };
    };
    packageListCases(open);
    hiddenCases(open);
    crowdCases(open);
  });
});
