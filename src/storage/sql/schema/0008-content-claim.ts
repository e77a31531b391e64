import type { Migration } from "./migration.ts";

/** States of content. */
const [RESERVED, ABSENT] = [0, 4];

/**
 * Which content store belongs to the database: at most one row, empty while the claim is not confirmed. What was announced and
 * never linked is no longer known: until this version a scrub announced whatever it found, also that of another database, and the
 * collector removed it then.
 */
export const contentClaimMigration: Migration = {
  version: 8,
  name: "content claim",
  statements: ({ text }) => [
    `CREATE TABLE content_claim (only_row SMALLINT PRIMARY KEY CHECK (only_row = 1), identity ${text} NOT NULL)`,
    `UPDATE content SET state = ${ABSENT}, reserved_until = 0 WHERE state = ${RESERVED}`,
  ],
};
