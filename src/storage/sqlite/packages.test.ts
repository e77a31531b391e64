import { describe } from "bun:test";
import { crowdCases } from "../metadata/testing/packages/crowd-cases.ts";
import { hiddenCases } from "../metadata/testing/packages/hidden-cases.ts";
import { packageListCases } from "../metadata/testing/packages/list-cases.ts";
import { useMemoryDatabases } from "./testing/memory-database.ts";

describe("lists of packages: sqlite", () => {
  const open = useMemoryDatabases();
  packageListCases(open);
  hiddenCases(open);
  crowdCases(open);
});
