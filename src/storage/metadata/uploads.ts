import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { UploadId } from "../content-store.ts";
import type { Millis } from "./records.ts";

export interface UploadSession {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly algorithm: DigestAlgorithm;
  /** Subject that opened the session; nobody else may continue it. */
  readonly owner: string;
  /** Whose room it takes: the owner, and for owners that many share one of their addresses. */
  readonly client: string;
  /** Address of the client, or empty. */
  readonly address: string;
  readonly createdAt: Millis;
  readonly expiresAt: Millis;
  /** About when the last bytes came; undefined: none has come yet. */
  readonly activeAt?: Millis | undefined;
}

/** How many sessions may be open: of one client, of one owner, of one address, and in all. */
export interface UploadBudget {
  readonly client: number;
  readonly owner: number;
  readonly address: number;
  readonly all: number;
  /** Sessions whose last bytes came before this time make room, as those do that have none. */
  readonly idleBefore: Millis;
}

export type UploadOpening =
  /** With the sessions that were ended to make room. */
  | { readonly outcome: "opened"; readonly ended: readonly UploadId[] }
  /** Nothing was changed: as many are open as that budget has, and bytes come to all of them that could make room. */
  | {
      readonly outcome: "full";
      readonly of: keyof Omit<UploadBudget, "idleBefore">;
      readonly limit: number;
      /** Bytes came to each of them at this time or later. */
      readonly activeSince: Millis;
    };

/**
 * Upload sessions that have bytes, or are about to: what any process needs to go on with an upload that another one began. The bytes are
 * in the content store. Every change is relaxed: who loses a session with the power begins the upload again.
 */
export interface UploadStore {
  find(id: UploadId): Promise<UploadSession | undefined>;
  listExpired(now: Millis, limit: number): Promise<UploadSession[]>;

  /**
   * Opens a session; one that is open already stays as it is. Does not create the repository. Where that takes more than the budget has,
   * the oldest session without bytes makes room, as versions before opened them, else the one that is idle for longest, of the client that holds most: never one of a client that holds less than who opens this one.
   */
  open(session: UploadSession, budget: UploadBudget): Promise<UploadOpening>;
  /** Notes that bytes came to a session, which prolongs it. False when it is gone. */
  extend(id: UploadId, activeAt: Millis, expiresAt: Millis): Promise<boolean>;
  /** Removes a session. False when it was gone: of several callers one gets true. */
  end(id: UploadId): Promise<boolean>;
}
