import type { Connection } from "../engine/executor.ts";

/** A database as tables with rows, for what moves or keeps all of it: without the limits on time that serve clients, and one at a time. */
export interface TableDatabase {
  /** Runs questions that all see the database as it was at one moment, however long they take and whatever others change. */
  snapshot<T>(questions: (x: Connection) => Promise<T>): Promise<T>;
  /** Runs changes in one transaction, which is durable when its promise resolves. */
  change<T>(changes: (x: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
