import { afterEach, beforeEach, describe } from "bun:test";
import { contentCases } from "./testing/content-cases.ts";
import type { ContentStoreFixture } from "./testing/content-store-fixture.ts";
import { restartCases } from "./testing/restart-cases.ts";
import { uploadCases } from "./testing/upload-cases.ts";

/** The cases that every driver of the content store must pass. */
export function contentStoreSuite(name: string, open: () => Promise<ContentStoreFixture>, options: { readonly persistent: boolean }): void {
  describe(`content store: ${name}`, () => {
    let fixture: ContentStoreFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.dispose());

    describe("uploads", () => uploadCases(() => fixture.store));
    describe("content", () => contentCases(() => fixture.store));
    if (options.persistent) describe("restart", () => restartCases(() => fixture));
  });
}
