import { afterEach, describe } from "bun:test";
import { crowdCases } from "../metadata/testing/packages/crowd-cases.ts";
import { hiddenCases } from "../metadata/testing/packages/hidden-cases.ts";
import { packageListCases } from "../metadata/testing/packages/list-cases.ts";
import { type MemoryDatabase, openMemoryDatabase } from "./testing/memory-database.ts";

describe("lists of packages: sqlite", () => {
  const databases: MemoryDatabase[] = [];
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
  });

  const open = async () => {
    const database = await openMemoryDatabase();
    databases.push(database);
    return database;
  };
  packageListCases(open);
  hiddenCases(open);
  crowdCases(open);
});
