import { afterEach, expect, test } from "bun:test";
import type { DeclaredCatalog, DefinitionStore } from "./metadata/catalog/definitions.ts";
import { fakePort } from "./metadata/testing/fake-port.ts";
import { type CatalogWatch, watchCatalog } from "./watch-catalog.ts";

let watch: CatalogWatch | undefined;
afterEach(() => watch?.stop());

const at = (revision: number): DeclaredCatalog => ({ revision, namespaces: [], projects: [], repositories: [], grants: [], types: [] });

/** A store whose revision the test sets. */
function fakeStore() {
  const state = { revision: 1, looks: 0, reads: 0, broken: false };
  return {
    state,
    definitions: fakePort<DefinitionStore>({
      rights: async () => {
        state.looks++;
        if (state.broken) throw new Error("gone");
        return { rights: state.revision, catalog: state.revision, program: 0 };
      },
      declared: async () => {
        state.reads++;
        return at(state.revision);
      },
    }),
  };
}

/** Waits for a condition, at most twenty seconds. */
async function until(condition: () => boolean): Promise<void> {
  const limit = performance.now() + 50_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error("it did not come to be");
    await Bun.sleep(2);
  }
}

test("a change by another process arrives by itself, and only changes are read", async () => {
  const store = fakeStore();
  watch = await watchCatalog(store, { interval: 5 });
  const first = watch.current();
  await until(() => store.state.looks > 3);
  expect(watch.current()).toBe(first);
  expect(store.state.reads).toBe(1);
  store.state.revision = 2;
  await until(() => watch?.current().revision === 2);
});

test("refresh sees a change that was made while an earlier look was under way", async () => {
  const store = fakeStore();
  watch = await watchCatalog(store, { interval: 60_000 });
  const early = watch.refresh();
  store.state.revision = 5;
  await Promise.all([early, watch.refresh()]);
  expect(watch.current().revision).toBe(5);
});

test("a failure is told once, keeps what was known, and ends by itself", async () => {
  const store = fakeStore();
  const warnings: string[] = [];
  watch = await watchCatalog(store, { interval: 3, warn: (message) => warnings.push(message) });
  store.state.broken = true;
  await until(() => warnings.length > 0);
  const before = store.state.looks;
  await until(() => store.state.looks > before + 3);
  expect(warnings).toEqual(["cannot look for changes of grants and projects: gone"]);
  expect(watch.current().revision).toBe(1);
  Object.assign(store.state, { broken: false, revision: 3 });
  await until(() => watch?.current().revision === 3);
});

test("stop ends it", async () => {
  const store = fakeStore();
  watch = await watchCatalog(store, { interval: 2 });
  await watch.stop();
  store.state.revision = 2;
  await Bun.sleep(20);
  expect(watch.current().revision).toBe(1);
});
