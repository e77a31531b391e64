/** The thread that writes to the SQLite file, so that waiting for the disk stops nobody. Messages: see `WriterRequest`. */
import type { Database } from "bun:sqlite";
import type { Connection } from "../sql/engine/executor.ts";
import { isCurrent, migrate } from "../sql/migrate.ts";
import { namedOperations } from "../sql/operations.ts";
import { type BatchCall, runBatch, sqliteTransactor } from "./batch.ts";
import { openWriteConnection, sqliteConnection } from "./connection.ts";
import { sendError, type WriterCall, type WriterOutcome, type WriterReply, type WriterRequest } from "./writer-protocol.ts";

declare const self: Worker;

interface Opened {
  readonly database: Database;
  readonly x: Connection;
  readonly durable: boolean;
}

const OPERATIONS = new Map(namedOperations.map((operation) => [operation.name, operation]));

let opened: Opened | undefined;

self.onmessage = async ({ data }: MessageEvent<WriterRequest>) => {
  let outcomes: readonly WriterOutcome[];
  try {
    outcomes = await handle(data);
  } catch (error) {
    outcomes = [{ ok: false, error: sendError(error) }];
  }
  self.postMessage({ outcomes } satisfies WriterReply);
};

async function handle(request: WriterRequest): Promise<readonly WriterOutcome[]> {
  if (request.type === "open") {
    opened = await open(request);
    return [{ ok: true, value: undefined }];
  }
  if (opened === undefined) throw new Error("the metadata database is not open");
  if (request.type === "close") {
    opened.database.close();
    opened = undefined;
    return [{ ok: true, value: undefined }];
  }
  const outcomes = await runBatch(opened.database, opened.x, request.calls.map(toBatchCall), opened.durable);
  return outcomes.map((outcome) => (outcome.ok ? outcome : { ok: false, error: sendError(outcome.error) }));
}

async function open({ path, durable, processes }: Extract<WriterRequest, { type: "open" }>): Promise<Opened> {
  const database = openWriteConnection(path, processes);
  try {
    const x = sqliteConnection(database);
    if (!(await isCurrent(x))) await migrate(sqliteTransactor(database, x));
    return { database, x, durable };
  } catch (error) {
    database.close();
    throw error;
  }
}

function toBatchCall({ operation: name, parameters }: WriterCall): BatchCall {
  if (name === "ping") return { relaxed: true, run: async () => undefined };
  const operation = OPERATIONS.get(name);
  return {
    relaxed: operation?.kind === "relaxed",
    run: async (x) => {
      if (operation === undefined) throw new Error(`the metadata store has no operation ${name}: restart the program`);
      return operation.run(x, ...parameters);
    },
  };
}
