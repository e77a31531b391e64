import { expect, test } from "bun:test";
import { type GetStore, NOW } from "../fixture.ts";

/** Each case has a store of its own. */
export function runCases(store: GetStore): void {
  test("the last end of each kind of maintenance is kept", async () => {
    expect(await store().collection.lastRuns()).toEqual({});
    await store().collection.noteRun("scrub", NOW);
    await store().collection.noteRun("collection", NOW + 1);
    await store().collection.noteRun("scrub", NOW + 2);
    expect(await store().collection.lastRuns()).toEqual({ scrub: NOW + 2, collection: NOW + 1 });
  });
}
