import { contentStoreSuite } from "../content-store.suite.ts";
import { openMemoryStore } from "./memory-store.ts";

contentStoreSuite(
  "memory",
  async () => {
    const store = openMemoryStore();
    return { store, dispose: () => store.close() };
  },
  { persistent: false },
);
