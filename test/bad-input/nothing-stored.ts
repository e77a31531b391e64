import { expect } from "bun:test";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** The registry has no repository at all: nothing that a test sent left a trace. */
export async function expectNothingStored(client: RegistryClient): Promise<void> {
  const catalog = await client.get("/v2/_catalog");
  expectStatus(catalog, 200);
  expect(catalog.json()).toEqual({ repositories: [] });
}
