import type { Migration, StepDatabase } from "./migration.ts";

/** What programs of before call their connections to PostgreSQL. */
const BEFORE = "opm";

/**
 * Leases of what one process does for all, and the version that a program must know at least. Programs of before know nothing of either,
 * and must not go on writing: on PostgreSQL the step is refused while one is connected, and one that was cut off meanwhile finds its
 * changes refused as if the server were not there, which its clients are told as 503.
 */
export const leasesMigration: Migration = {
  version: 12,
  name: "leases",
  minimumProgram: 12,
  async obstacle(x) {
    if (x.dialect.name === "sqlite") return undefined;
    const connections = await connectionsOfBefore(x);
    if (connections === 0) return undefined;
    return `an opm from before schema version 12 is connected to the metadata database (connections: ${connections}) and must not write into it any more: stop it on every machine, then start this one`;
  },
  statements: ({ text, clustered }, dialect) => [
    `CREATE TABLE lease (name ${text} NOT NULL PRIMARY KEY, holder ${text} NOT NULL, until BIGINT NOT NULL)${clustered}`,
    "CREATE TABLE schema_program (only_row SMALLINT PRIMARY KEY CHECK (only_row = 1), minimum INTEGER NOT NULL)",
    "INSERT INTO schema_program (only_row, minimum) VALUES (1, 12)",
    ...(dialect === "sqlite" ? [] : refusals()),
  ],
};

/** Whoever is about to look at the version waits for the end of this step, and whoever has looked is connected. */
async function connectionsOfBefore(x: StepDatabase): Promise<number> {
  await x.query("LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE");
  const rows = await x.query<{ count: number }>(
    "SELECT CAST(COUNT(*) AS INTEGER) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
    [BEFORE],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Of what a change by such a program writes, few and seldom: whatever others see, and accounts and rights, which it would change without telling.
 * Each costs a statement some microseconds.
 */
const WRITTEN = ["upload_session", "manifest", "tag_event", "audit", "app_user", "access_token", "catalog_grant"];

function refusals(): string[] {
  return [
    `CREATE FUNCTION opm_of_before() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the database was upgraded: start the newer opm' USING ERRCODE = 'cannot_connect_now'; END $$`,
    ...WRITTEN.map(
      (table) => `CREATE TRIGGER opm_of_before BEFORE INSERT ON ${table} FOR EACH STATEMENT
      WHEN (current_setting('application_name', true) = '${BEFORE}') EXECUTE FUNCTION opm_of_before()`,
    ),
  ];
}
