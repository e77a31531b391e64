import { expect, test } from "bun:test";
import { openMemoryStore } from "../../storage/memory/memory-store.ts";
import type { Coordination } from "../../storage/metadata/coordination.ts";
import { MetadataStoreError } from "../../storage/metadata/error.ts";
import { fakePort } from "../../storage/metadata/testing/fake-port.ts";
import { createReadiness, type ReadinessStores } from "./readiness.ts";

function storesWith(check: () => Promise<void>, identity = "one"): ReadinessStores {
  const content = { ...openMemoryStore(), check, identity: async () => "one" };
  return { content, metadata: { check: async () => undefined, coordination: fakePort<Coordination>({ contentClaim: async () => ({ identity }) }) } };
}

test("ready when both stores are", async () => {
  const readiness = createReadiness(storesWith(async () => undefined));
  expect(await readiness()).toEqual({ ready: true, checks: { content: "ok", metadata: "ok" } });
});

test("not ready when they are not each other's", async () => {
  const { ready, checks } = await createReadiness(storesWith(async () => undefined, "two"))();
  expect(ready).toBeFalse();
  expect(checks.content).toBe("does not belong to the metadata database");
});

test("not ready when one fails, and its error stays inside", async () => {
  const readiness = createReadiness(
    storesWith(async () => {
      throw new Error("EROFS /var/lib/secret");
    }),
  );
  const { ready, checks } = await readiness();
  expect(ready).toBeFalse();
  expect(checks.metadata).toBe("ok");
  expect(checks.content).toStartWith("failed");
  expect(JSON.stringify(checks)).not.toInclude("secret");
});

test("not ready when the program is too old for the database, which is named", async () => {
  const stores = storesWith(async () => undefined);
  const check = () => Promise.reject(new MetadataStoreError("newer-schema", "the metadata database asks for programs that know schema version 99"));
  const { ready, checks } = await createReadiness({ ...stores, metadata: { ...stores.metadata, check } })();
  expect(ready).toBeFalse();
  expect(checks.metadata).toBe("the metadata database asks for programs that know schema version 99");
});

test("not ready when one does not answer", async () => {
  const readiness = createReadiness(storesWith(() => new Promise(() => undefined)));
  expect((await readiness()).checks.content).toBe("does not answer");
}, 60_000);

test("many questions at once are one look at the stores", async () => {
  let looks = 0;
  const readiness = createReadiness(
    storesWith(async () => {
      looks++;
    }),
  );
  await Promise.all(Array.from({ length: 100 }, () => readiness()));
  expect(looks).toBe(1);
});
