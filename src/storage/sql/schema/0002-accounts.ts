import type { Migration } from "./migration.ts";

/** Users, tokens and the audit record. Tokens name their user by text: accounts of other sources have tokens as well. */
export const accountsMigration: Migration = {
  version: 2,
  name: "accounts",
  statements: ({ id, text }, dialect) => [
    `CREATE TABLE app_user (
      id ${id}, name ${text} NOT NULL UNIQUE, groups_json ${text} NOT NULL, password_hash ${text} NOT NULL, created_at BIGINT NOT NULL)`,
    `CREATE TABLE access_token (
      id ${id}, handle ${text} NOT NULL UNIQUE, user_name ${text} NOT NULL, description ${text} NOT NULL, scopes_json ${text} NOT NULL,
      secret_hash ${text} NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT, last_used_at BIGINT, revoked_at BIGINT)`,
    `CREATE INDEX access_token_user ON access_token (user_name, id)`,
    `CREATE TABLE audit (
      id ${id}, at BIGINT NOT NULL, subject ${text} NOT NULL, remote ${text}, request_id ${text}, action ${text} NOT NULL,
      repository ${text}, reference ${text}, digest ${text}, detail ${text})`,
    `CREATE INDEX audit_at ON audit (at)`,
    `CREATE INDEX audit_subject ON audit (subject, id)`,
    `CREATE INDEX audit_action ON audit (action, id)`,
    `CREATE INDEX audit_repository ON audit (repository, id) WHERE repository IS NOT NULL`,
    ...(dialect === "sqlite" ? SQLITE_TRIGGERS : postgresTriggers()),
  ],
};

const SQLITE_TRIGGERS = (["UPDATE", "DELETE"] as const).map(
  (operation) =>
    `CREATE TRIGGER audit_no_${operation.toLowerCase()} BEFORE ${operation} ON audit BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END`,
);

function postgresTriggers(): string[] {
  return [
    `CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the audit record is append-only'; END $$`,
    `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()`,
  ];
}
