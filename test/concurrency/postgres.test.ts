import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { concurrencyCases } from "./concurrency-cases.ts";

postgresSuite((database) => {
  let url = "";
  concurrencyCases({
    name: "postgres",
    config: async () => {
      url = await database();
      return { storage: { metadata: { driver: "postgres", url } } };
    },
    open: () => openPostgresStore({ url, durability: "relaxed" }),
  });
});
