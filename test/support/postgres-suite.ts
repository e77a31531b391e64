import { afterAll, beforeAll, test } from "bun:test";
import { findPostgres, POSTGRES_MISSING, type PostgresServer, startPostgres } from "./postgres.ts";

/** Milliseconds for a hook that starts a server, or ends it and removes its files. */
const HOOK_LIMIT = 120_000;

/**
 * Runs tests with a PostgreSQL of their own; `database` gives the URL of a new database. Where there is none, the
 * tests are one skip that says what to do, or with CI=true one failure.
 */
export function postgresSuite(define: (database: PostgresServer["createDatabase"], server: Pick<PostgresServer, "restart">) => void): void {
  const binaries = findPostgres();
  if (binaries === undefined) {
    test.skipIf(process.env.CI !== "true")(POSTGRES_MISSING, () => {
      throw new Error(POSTGRES_MISSING);
    });
    return;
  }
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres(binaries);
  }, HOOK_LIMIT);
  afterAll(() => server?.stop(), HOOK_LIMIT);
  const started = (): PostgresServer => {
    if (server === undefined) throw new Error("PostgreSQL was not started");
    return server;
  };
  define(async (prepare) => started().createDatabase(prepare), { restart: (pause) => started().restart(pause) });
}
