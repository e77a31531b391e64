import { afterEach, beforeEach, describe } from "bun:test";
import { type FixtureByDigest, fixtureByDigest } from "./testing/by-digest.ts";
import { contentCases } from "./testing/content-cases.ts";
import type { ContentStoreFixture } from "./testing/content-store-fixture.ts";
import { restartCases } from "./testing/restart-cases.ts";
import { uploadCases } from "./testing/upload-cases.ts";

/** The cases that every driver of the content store must pass. */
export function contentStoreSuite(name: string, open: () => Promise<ContentStoreFixture>, options: { readonly persistent: boolean }): void {
  describe(`content store: ${name}`, () => {
    let fixture: ContentStoreFixture;
    let known: FixtureByDigest;
    beforeEach(async () => {
      fixture = await open();
      known = fixtureByDigest(fixture);
    });
    afterEach(() => fixture.dispose());

    describe("uploads", () => uploadCases(() => known.store));
    describe("content", () => contentCases(() => known.store));
    if (options.persistent) describe("restart", () => restartCases(() => known));
  });
}
