export type MetadataStoreReason =
  /** The database has no room left (a full disk, a quota). Nothing of the call was stored. */
  | "no-space"
  /** Others held the database for too long, or conflicting changes outlasted the retries. Nothing was stored; try again. */
  | "busy"
  /** The content is not reserved, or the collector is removing it: reserve it, store it again, and link it then. */
  | "collecting"
  /** Something of this key is there already. */
  | "conflict"
  /** No answer within the time limit. Whether a change was stored is unknown. */
  | "timeout"
  /** The connection to the database, or the thread that writes, is gone. Whether a change was stored is unknown. */
  | "unavailable"
  /** The database was changed by a later program. */
  | "newer-schema"
  /** The database is of an earlier program, and was not to be changed. */
  | "older-schema"
  /** Another program works on the database, and must be stopped first. */
  | "in-use"
  /** There is no database, and none was to be made. */
  | "absent"
  /** The database refuses the account. */
  | "denied"
  /** The clock of the database and that of this machine are too far apart. */
  | "clock"
  /** The database takes no changes, e.g. while it is being moved. Nothing of the call was stored. */
  | "read-only"
  /** The server has too few connections left. */
  | "too-few-connections"
  /** What is at the address does not do what the store needs of it. */
  | "unsupported"
  /** The store was closed. */
  | "closed";

/** A refusal by the metadata store that has a known cause. Anything else it throws is a fault. */
export class MetadataStoreError extends Error {
  readonly reason: MetadataStoreReason;

  constructor(reason: MetadataStoreReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MetadataStoreError";
    this.reason = reason;
  }
}
