/**
 * Given to Bun by `--preload`: makes the program a later build of itself, with one more step of the schema. `OPM_TEST_LATER_BUILD` says whether it
 * only adds (`adds`) or asks for programs that know it (`raises`). Only tests load it: the program itself has the steps that are written in it.
 */
import type { Migration } from "../../src/storage/sql/schema/migration.ts";
import { MIGRATIONS } from "../../src/storage/sql/schema/migrations.ts";

const version = MIGRATIONS.length + 1;
const asked = process.env.OPM_TEST_LATER_BUILD;

(MIGRATIONS as Migration[]).push({
  version,
  name: "of a later build",
  ...(asked === "raises" && { minimumProgram: version }),
  statements: ({ text }) => [
    `CREATE TABLE later (name ${text} NOT NULL PRIMARY KEY)`,
    `ALTER TABLE manifest ADD COLUMN later ${text} NOT NULL DEFAULT ''`,
    "ALTER TABLE content ADD COLUMN later INTEGER NOT NULL DEFAULT 7",
    "CREATE INDEX later_manifest ON manifest (later) WHERE later <> ''",
  ],
});
