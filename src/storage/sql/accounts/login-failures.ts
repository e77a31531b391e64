import type { FailedLogins, LoginFailure } from "../../metadata/accounts.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { byDialect, sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { since, failures } = tables.login_failure;

const OF_ADDRESS = rowsOf({ since, failures }, () => sql`SELECT since, failures FROM login_failure WHERE address = ${"address"}`);

const NOTE = rowsOf(
  { since, failures },
  () => sql`INSERT INTO login_failure (address, since, failures) VALUES (${"address"}, ${"at"}, 1)
  ON CONFLICT (address) DO UPDATE SET
    failures = CASE WHEN login_failure.since <= ${"over"} THEN 1 ELSE login_failure.failures + 1 END,
    since = CASE WHEN login_failure.since <= ${"over"} THEN excluded.since ELSE login_failure.since END
  RETURNING since, failures`,
);

/** More than come to it, so that it never grows beyond what failed within the time; those that others are at are left to them. */
const FORGET = command(
  () =>
    sql`DELETE FROM login_failure WHERE address IN (SELECT address FROM login_failure WHERE since <= ${"over"} LIMIT 10${byDialect(({ name }) =>
      name === "postgres" ? sql` FOR UPDATE SKIP LOCKED` : sql``,
    )})`,
);

export async function loginFailures(x: Executor, address: string): Promise<FailedLogins | undefined> {
  return queryOne(x, OF_ADDRESS, { address });
}

export async function noteLoginFailure(x: Executor, { address, at, window }: LoginFailure): Promise<FailedLogins> {
  const over = at - window;
  await x.query(FORGET, { over });
  return (await queryOne(x, NOTE, { address, at, over })) ?? { since: at, failures: 1 };
}
