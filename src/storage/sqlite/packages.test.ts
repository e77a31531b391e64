import { Database } from "bun:sqlite";
import { afterEach, describe } from "bun:test";
import { crowdCases } from "../metadata/testing/packages/crowd-cases.ts";
import { hiddenCases } from "../metadata/testing/packages/hidden-cases.ts";
import { packageListCases } from "../metadata/testing/packages/list-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { sqliteTransactor } from "./batch.ts";
import { checkedConnection } from "./testing/checked-connection.ts";

describe("lists of packages: sqlite", () => {
  const databases: Database[] = [];
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
  });

  const open = async () => {
    const database = new Database(":memory:", { strict: true });
    databases.push(database);
    const x = checkedConnection(database);
    const transactor = sqliteTransactor(database, x);
    await migrate(transactor);
    return { ...transactor, x };
  };
  packageListCases(open);
  hiddenCases(open);
  crowdCases(open);
});
