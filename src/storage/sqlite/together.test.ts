import { describe } from "bun:test";
import { propertyCases } from "../metadata/testing/together/property-cases.ts";
import { useMemoryDatabases } from "./testing/memory-database.ts";

describe("changes of the catalog: sqlite", () => {
  const open = useMemoryDatabases();
  propertyCases(open, { seeds: 5, steps: 200, parallel: 1 });
});
