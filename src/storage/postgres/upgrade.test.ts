import { afterEach, describe } from "bun:test";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { upgradeCases } from "../sql/testing/upgrade/upgrade-cases.ts";
import { openPostgresStore } from "./postgres-store.ts";

postgresSuite((database) => {
  describe("databases of earlier versions: postgres", () => {
    const stores: MetadataStore[] = [];
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    });

    const open = async (dump?: string): Promise<MetadataStore> => {
      const url = await database();
      if (dump !== undefined) {
        await using connection = new SQL({ url, adapter: "postgres", max: 1 });
        await connection.unsafe(dump);
      }
      const store = await openPostgresStore({ url, durability: "relaxed", connections: 2 });
      stores.push(store);
      return store;
    };
    upgradeCases({ suffix: ".sql.gz", upgraded: (fixture) => open(gunzipSync(readFileSync(fixture)).toString()), fresh: () => open() });
  });
});
