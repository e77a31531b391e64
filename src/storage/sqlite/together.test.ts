import { Database } from "bun:sqlite";
import { afterEach, describe } from "bun:test";
import { propertyCases } from "../metadata/testing/together/property-cases.ts";
import { migrate } from "../sql/migrate.ts";
import { sqliteTransactor } from "./batch.ts";
import { checkedConnection } from "./testing/checked-connection.ts";

describe("changes of the catalog: sqlite", () => {
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
  propertyCases(open, { seeds: 5, steps: 200, parallel: 1 });
});
