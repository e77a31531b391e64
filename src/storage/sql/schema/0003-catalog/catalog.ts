import type { Migration } from "../migration.ts";
import { CHILD_EDGE } from "./codes.ts";
import { describeTags } from "./tags.ts";
import { TAGGED } from "./terms.ts";

/**
 * What lists, filters and the graph of packages need. Everything a repository can be filtered by is a term, counted by
 * repository, so that a filter is a walk through one index whatever it asks for. `facts_version` 0 marks manifests whose
 * content nobody has read yet. `terms` of a manifest holds the numbers of those terms that it is counted for, NULL while it is
 * deleted; `platforms` and `provides` are JSON arrays of texts.
 */
export const catalogMigration: Migration = {
  version: 3,
  name: "catalog",
  statements: ({ id, text, clustered }) => [
    ...["namespace", "project", "repository"].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN description ${text}`,
      `ALTER TABLE ${table} ADD COLUMN labels ${text}`,
      `ALTER TABLE ${table} ADD COLUMN owner ${text}`,
      `ALTER TABLE ${table} ADD COLUMN declared SMALLINT NOT NULL DEFAULT 0`,
    ]),
    "ALTER TABLE namespace ADD COLUMN created_at BIGINT",
    "ALTER TABLE project ADD COLUMN visibility SMALLINT NOT NULL DEFAULT 0",
    "ALTER TABLE project ADD COLUMN type_policy SMALLINT NOT NULL DEFAULT 1",
    "ALTER TABLE project ADD COLUMN version_policy SMALLINT NOT NULL DEFAULT 1",
    "ALTER TABLE project ADD COLUMN dependents_policy SMALLINT NOT NULL DEFAULT 1",
    `CREATE TABLE project_pattern (
      project_id BIGINT NOT NULL REFERENCES project(id), pattern ${text} NOT NULL, PRIMARY KEY (project_id, pattern))${clustered}`,

    "ALTER TABLE repository ADD COLUMN declared_type_id BIGINT REFERENCES media_type(id)",
    "ALTER TABLE repository ADD COLUMN content_type_id BIGINT REFERENCES media_type(id)",
    `ALTER TABLE repository ADD COLUMN title ${text}`,
    "ALTER TABLE repository ADD COLUMN tag_count BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE repository ADD COLUMN version_count BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE repository ADD COLUMN manifest_count BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE repository ADD COLUMN pulls BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE repository ADD COLUMN deleted_at BIGINT",
    "CREATE INDEX repository_updated ON repository (updated_at, name)",
    "CREATE INDEX repository_pulls ON repository (pulls, name)",
    "CREATE INDEX repository_project_name ON repository (project_id, name)",

    "ALTER TABLE tag ADD COLUMN class SMALLINT NOT NULL DEFAULT 4",
    `ALTER TABLE tag ADD COLUMN version_key ${text}`,
    "ALTER TABLE tag ADD COLUMN prerelease SMALLINT NOT NULL DEFAULT 0",
    "ALTER TABLE tag ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tag ADD COLUMN moves BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tag ADD COLUMN pulls BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tag ADD COLUMN pulled_at BIGINT",
    "CREATE INDEX tag_version ON tag (repository_id, version_key, name) WHERE version_key IS NOT NULL",
    "CREATE INDEX tag_updated ON tag (repository_id, updated_at, name)",

    "ALTER TABLE manifest ADD COLUMN type_id BIGINT REFERENCES media_type(id)",
    `ALTER TABLE manifest ADD COLUMN title ${text}`,
    `ALTER TABLE manifest ADD COLUMN description ${text}`,
    `ALTER TABLE manifest ADD COLUMN labels ${text}`,
    `ALTER TABLE manifest ADD COLUMN platforms ${text}`,
    "ALTER TABLE manifest ADD COLUMN facts_version SMALLINT NOT NULL DEFAULT 0",
    `ALTER TABLE manifest ADD COLUMN problem ${text}`,
    `ALTER TABLE manifest ADD COLUMN type_problem ${text}`,
    `ALTER TABLE manifest ADD COLUMN provides ${text}`,
    `ALTER TABLE manifest ADD COLUMN terms ${text}`,
    "CREATE INDEX manifest_without_facts ON manifest (id) WHERE facts_version = 0",

    `CREATE TABLE term (id ${id}, kind SMALLINT NOT NULL, name ${text} NOT NULL, UNIQUE (kind, name))`,
    `CREATE TABLE repository_term (
      repository_id BIGINT NOT NULL REFERENCES repository(id), kind SMALLINT NOT NULL, term_id BIGINT NOT NULL REFERENCES term(id),
      uses BIGINT NOT NULL, PRIMARY KEY (repository_id, kind, term_id))${clustered}`,
    "CREATE INDEX repository_term_term ON repository_term (term_id, repository_id)",

    `CREATE TABLE dependency (
      id ${id}, manifest_id BIGINT NOT NULL REFERENCES manifest(id), repository_id BIGINT NOT NULL REFERENCES repository(id),
      kind SMALLINT NOT NULL, key_id BIGINT NOT NULL REFERENCES term(id), name ${text} NOT NULL, registry ${text}, requirement ${text}, digest ${text})`,
    "CREATE INDEX dependency_manifest ON dependency (manifest_id, id)",
    "CREATE INDEX dependency_key ON dependency (key_id, id)",
    "CREATE INDEX dependency_digest ON dependency (digest, id) WHERE digest IS NOT NULL",

    `CREATE TABLE catalog_grant (position BIGINT NOT NULL PRIMARY KEY, definition ${text} NOT NULL)`,
    `CREATE TABLE artifact_type (
      rule SMALLINT NOT NULL, type ${text} NOT NULL, title ${text}, definition ${text} NOT NULL, PRIMARY KEY (rule, type))${clustered}`,
    "CREATE TABLE catalog_revision (id BIGINT NOT NULL PRIMARY KEY, revision BIGINT NOT NULL)",
    "INSERT INTO catalog_revision (id, revision) VALUES (1, 0)",
  ],
  complete: async (x) => {
    for (const statement of MANIFESTS) await x.query(statement);
    await describeTags(x);
    for (const statement of TAGGED) await x.query(statement);
  },
};

/** What is known without a look at content. The terms of manifests come with their facts. */
const MANIFESTS = [
  `UPDATE namespace SET created_at = (SELECT MIN(r.created_at) FROM repository r JOIN project p ON p.id = r.project_id WHERE p.namespace_id = namespace.id)`,
  "UPDATE manifest SET type_id = COALESCE(artifact_type_id, config_media_type_id)",
  `UPDATE manifest SET type_id = (SELECT CASE WHEN COUNT(DISTINCT child.type_id) = 1 THEN MIN(child.type_id) END FROM manifest_edge e
      JOIN manifest child ON child.repository_id = e.repository_id AND child.content_id = e.content_id
     WHERE e.manifest_id = manifest.id AND e.kind = ${CHILD_EDGE}) WHERE type_id IS NULL`,
];
