import type { Migration } from "./migration.ts";

/**
 * Repositories and their content. Every digest and media type that is known is stored once and referred to by number, which
 * keeps the many edges small. `state` of content, `loose` of links and the partial indexes let the collector look at its
 * candidates only.
 */
export const registryMigration: Migration = {
  version: 1,
  name: "registry",
  statements: ({ id, key, text, bytes, clustered }) => [
    `CREATE TABLE namespace (id ${id}, name ${text} NOT NULL UNIQUE)`,
    `CREATE TABLE project (
      id ${id}, namespace_id BIGINT NOT NULL REFERENCES namespace(id), name ${text} NOT NULL, UNIQUE (namespace_id, name))`,
    `CREATE TABLE repository (
      id ${id}, project_id BIGINT NOT NULL REFERENCES project(id), name ${text} NOT NULL UNIQUE,
      revision BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)`,
    `CREATE INDEX repository_project ON repository (project_id)`,

    `CREATE TABLE media_type (id ${id}, name ${text} NOT NULL UNIQUE)`,
    `CREATE TABLE content (
      id ${id}, digest ${text} NOT NULL UNIQUE, size BIGINT NOT NULL, state SMALLINT NOT NULL, reserved_until BIGINT NOT NULL)`,
    `CREATE INDEX content_candidate ON content (reserved_until) WHERE state < 3`,
    `CREATE TABLE manifest_body (content_id ${key} REFERENCES content(id), body ${bytes} NOT NULL)`,

    `CREATE TABLE blob_link (
      repository_id BIGINT NOT NULL REFERENCES repository(id), content_id BIGINT NOT NULL REFERENCES content(id),
      linked_at BIGINT NOT NULL, renewed_at BIGINT NOT NULL, loose SMALLINT NOT NULL,
      PRIMARY KEY (repository_id, content_id))${clustered}`,
    `CREATE INDEX blob_link_content ON blob_link (content_id, repository_id)`,
    `CREATE INDEX blob_link_loose ON blob_link (renewed_at) WHERE loose = 1`,

    `CREATE TABLE manifest (
      id ${id}, repository_id BIGINT NOT NULL REFERENCES repository(id), content_id BIGINT NOT NULL REFERENCES content(id),
      kind SMALLINT NOT NULL, size BIGINT NOT NULL,
      media_type_id BIGINT NOT NULL REFERENCES media_type(id),
      artifact_type_id BIGINT REFERENCES media_type(id), config_media_type_id BIGINT REFERENCES media_type(id),
      subject_content_id BIGINT REFERENCES content(id), annotations ${text},
      pushed_at BIGINT NOT NULL, pushed_by ${text} NOT NULL, deleted_at BIGINT, untagged_at BIGINT,
      UNIQUE (repository_id, content_id))`,
    `CREATE INDEX manifest_content ON manifest (content_id)`,
    `CREATE INDEX manifest_subject ON manifest (subject_content_id, repository_id) WHERE subject_content_id IS NOT NULL`,
    `CREATE INDEX manifest_deleted ON manifest (deleted_at) WHERE deleted_at IS NOT NULL`,
    `CREATE INDEX manifest_untagged ON manifest (untagged_at) WHERE untagged_at IS NOT NULL`,

    `CREATE TABLE manifest_edge (
      manifest_id BIGINT NOT NULL REFERENCES manifest(id), position BIGINT NOT NULL,
      repository_id BIGINT NOT NULL, content_id BIGINT NOT NULL REFERENCES content(id), kind SMALLINT NOT NULL,
      size BIGINT NOT NULL, media_type_id BIGINT NOT NULL REFERENCES media_type(id),
      artifact_type_id BIGINT REFERENCES media_type(id), platform ${text},
      PRIMARY KEY (manifest_id, position))${clustered}`,
    `CREATE INDEX manifest_edge_content ON manifest_edge (content_id, repository_id, manifest_id)`,

    `CREATE TABLE tag (
      repository_id BIGINT NOT NULL REFERENCES repository(id), name ${text} NOT NULL,
      manifest_id BIGINT NOT NULL REFERENCES manifest(id), updated_at BIGINT NOT NULL,
      PRIMARY KEY (repository_id, name))${clustered}`,
    `CREATE INDEX tag_manifest ON tag (manifest_id)`,
    `CREATE TABLE tag_event (
      id ${id}, repository_id BIGINT NOT NULL REFERENCES repository(id), tag ${text} NOT NULL, operation SMALLINT NOT NULL,
      from_digest ${text}, to_digest ${text}, actor ${text} NOT NULL, at BIGINT NOT NULL)`,
    `CREATE INDEX tag_event_repository ON tag_event (repository_id, id)`,
    `CREATE INDEX tag_event_tag ON tag_event (repository_id, tag, id)`,

    `CREATE TABLE upload_session (
      id ${text} NOT NULL PRIMARY KEY, repository ${text} NOT NULL, algorithm ${text} NOT NULL, owner ${text} NOT NULL,
      created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)${clustered}`,
    `CREATE INDEX upload_session_expiry ON upload_session (expires_at)`,
  ],
};
