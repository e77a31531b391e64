import { Database } from "bun:sqlite";
import { afterEach, describe } from "bun:test";
import { migrate } from "../sql/migrate.ts";
import { catalogCrowdCases } from "../testing/catalog-crowd-cases.ts";
import { catalogHiddenCases } from "../testing/catalog-hidden-cases.ts";
import { catalogListCases } from "../testing/catalog-read-list-cases.ts";
import { sqliteTransactor } from "./batch.ts";
import { sqliteExecutor } from "./connection.ts";

describe("lists of packages: sqlite", () => {
  const databases: Database[] = [];
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
  });

  const open = async () => {
    const database = new Database(":memory:", { strict: true });
    databases.push(database);
    const x = sqliteExecutor(database);
    const transactor = sqliteTransactor(database, x);
    await migrate(transactor);
    return { ...transactor, x };
  };
  catalogListCases(open);
  catalogHiddenCases(open);
  catalogCrowdCases(open);
});
