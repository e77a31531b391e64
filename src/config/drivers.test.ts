import { expect, test } from "bun:test";
import { join } from "node:path";
import { configJsonSchema } from "./schema.ts";

const STORAGE = join(import.meta.dir, "..", "storage");

interface Drivers {
  readonly properties: { readonly driver: { readonly enum: readonly string[] } };
}

/** The tests of a driver, in one text. */
async function testsOf(driver: string): Promise<string> {
  const files = [...new Bun.Glob("*.test.ts").scanSync(join(STORAGE, driver))];
  return (await Promise.all(files.map((name) => Bun.file(join(STORAGE, driver, name)).text()))).join("\n");
}

test.each([
  ["content", "contentStoreSuite("],
  ["metadata", "metadataStoreSuite("],
])("each driver of the %s store is under the suite of its port", async (port, suite) => {
  const { storage } = configJsonSchema().properties as { storage: { properties: Readonly<Record<string, Drivers>> } };
  const drivers = storage.properties[port]?.properties.driver.enum ?? [];
  expect(drivers.length).toBeGreaterThan(1);
  for (const driver of drivers) expect([driver, (await testsOf(driver)).includes(suite)]).toEqual([driver, true]);
});
