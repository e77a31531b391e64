import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { metadataStoreSuite } from "../metadata/store.suite.ts";
import { openPostgresStore } from "./postgres-store.ts";

postgresSuite((database) => {
  metadataStoreSuite("postgres", async () => {
    const store = await openPostgresStore({ url: await database(), durability: "full" });
    return { store, close: () => store.close() };
  });
});
