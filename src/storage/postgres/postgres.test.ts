import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { metadataStoreSuite } from "../metadata/store.suite.ts";
import { openPostgresStore } from "./postgres-store.ts";

const open = (url: string) => openPostgresStore({ url, durability: "full" });

/** Hundreds of tests start with the same tables. */
const migrated = async (url: string) => (await open(url)).close();

postgresSuite((database) => {
  metadataStoreSuite("postgres", async () => {
    const store = await open(await database(migrated));
    return { store, close: () => store.close() };
  });
});
