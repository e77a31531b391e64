import { afterEach, beforeEach, describe } from "bun:test";
import type { ContentStore } from "./content-store.ts";
import { contentCases } from "./testing/content-cases.ts";
import { restartCases } from "./testing/restart-cases.ts";
import { uploadCases } from "./testing/upload-cases.ts";

/** A store that is empty at first, and what a test may do with it. */
export interface ContentStoreFixture {
  readonly store: ContentStore;
  /** Opens the same content once more, as another process would; absent where content dies with the store. */
  readonly reopen?: () => Promise<ContentStore>;
  /** Closes everything that was opened and removes what is left. */
  readonly dispose: () => Promise<void>;
}

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
