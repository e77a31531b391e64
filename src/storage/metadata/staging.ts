import type { UploadId } from "../content-store.ts";
import type { Millis } from "./records.ts";

/** What a content store remembers of the staged bytes of an upload. */
export interface StagedState {
  readonly id: UploadId;
  /** Counts the changes, from 1. */
  readonly version: number;
  /** In a form that the content store alone knows. */
  readonly state: string;
  readonly modifiedAt: Millis;
}

/**
 * Room for content stores that cannot keep the state of uploads beside their bytes, so that any process goes on with an upload. Of
 * several that change the same state one succeeds. Relaxed: who loses a state with the power begins the upload again.
 */
export interface StagingStore {
  find(id: UploadId): Promise<StagedState | undefined>;
  /** By id; `after` exclusive. */
  list(page: { readonly after?: UploadId | undefined; readonly limit: number }): Promise<StagedState[]>;
  /** Puts the state in the place of the version before it; version 1: there is none yet. False when it is not so. */
  put(staged: StagedState): Promise<boolean>;
  /** Removes the state and gives it back, in whatever version, or only in this one. */
  remove(id: UploadId, version?: number): Promise<StagedState | undefined>;
}
