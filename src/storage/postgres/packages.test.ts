import { afterEach, describe } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { crowdCases } from "../metadata/testing/packages/crowd-cases.ts";
import { hiddenCases } from "../metadata/testing/packages/hidden-cases.ts";
import { packageListCases } from "../metadata/testing/packages/list-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { postgresConnection } from "./connection.ts";
import { postgresTransactor } from "./transactor.ts";

const connect = (url: string) => new SQL({ url, adapter: "postgres", max: 2, connection: { client_min_messages: "warning" } });

/** All tests start with the same tables. */
async function migrated(url: string): Promise<void> {
  await using pool = connect(url);
  await migrate(postgresTransactor(pool));
}

postgresSuite((database) => {
  describe("lists of packages: postgres", () => {
    const pools: SQL[] = [];
    afterEach(async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close({ timeout: 0 })));
    });

    const open = async () => {
      const pool = connect(await database(migrated));
      pools.push(pool);
      return { ...postgresTransactor(pool), x: postgresConnection(pool) };
    };
    packageListCases(open);
    hiddenCases(open);
    crowdCases(open);
  });
});
