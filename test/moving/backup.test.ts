import { describe } from "bun:test";
import { postgresSuite } from "../support/postgres-suite.ts";
import { backupCases } from "./backup-cases.ts";
import type { Database } from "./migrate-cases.ts";

const sqlite: Database = async () => undefined;

describe("of SQLite, into SQLite", () => backupCases({ from: sqlite, to: sqlite }));

postgresSuite((createDatabase) => {
  const postgres: Database = async () => ({ driver: "postgres", url: await createDatabase() });

  describe("of SQLite, into PostgreSQL", () => backupCases({ from: sqlite, to: postgres }));
  describe("of PostgreSQL, into SQLite", () => backupCases({ from: postgres, to: sqlite }));
});
