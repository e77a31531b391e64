import type { ContentStore } from "../content-store.ts";

/** A store that is empty at first, and what a test may do with it. */
export interface ContentStoreFixture {
  readonly store: ContentStore;
  /** Opens the same content once more, as another process would; absent where content dies with the store. */
  readonly reopen?: () => Promise<ContentStore>;
  /** Closes everything that was opened and removes what is left. */
  readonly dispose: () => Promise<void>;
}
