import { describe } from "bun:test";
import type { MetadataStore } from "../metadata/store.ts";
import { fakePort } from "../metadata/testing/fake-port.ts";
import { stagingCases } from "../metadata/testing/uploads/staging-cases.ts";
import { memoryStaging } from "./memory-staging.ts";

describe("states of uploads in memory", () => {
  const store = fakePort<MetadataStore>({ staging: memoryStaging() });
  stagingCases(() => store);
});
