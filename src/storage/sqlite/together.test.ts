import { afterEach, describe } from "bun:test";
import { propertyCases } from "../metadata/testing/together/property-cases.ts";
import { type MemoryDatabase, openMemoryDatabase } from "./testing/memory-database.ts";

describe("changes of the catalog: sqlite", () => {
  const databases: MemoryDatabase[] = [];
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
  });

  const open = async () => {
    const database = await openMemoryDatabase();
    databases.push(database);
    return database;
  };
  propertyCases(open, { seeds: 5, steps: 200, parallel: 1 });
});
