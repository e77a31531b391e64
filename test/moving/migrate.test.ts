import { describe } from "bun:test";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type Database, migrateCases } from "./migrate-cases.ts";

const sqlite: Database = async () => undefined;

describe("from SQLite to SQLite", () => migrateCases({ from: sqlite, to: sqlite, killedAt: "copying content" }));

postgresSuite((createDatabase) => {
  const postgres: Database = async () => ({ driver: "postgres", url: await createDatabase() });

  describe("from SQLite to PostgreSQL", () => migrateCases({ from: sqlite, to: postgres, killedAt: "copying the database" }));
  describe("from PostgreSQL to SQLite", () => migrateCases({ from: postgres, to: sqlite, killedAt: "takes no changes" }));
});
