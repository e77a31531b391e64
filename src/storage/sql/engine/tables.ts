import type { Digest, DigestAlgorithm } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { UploadId } from "../../content-store.ts";
import type { Run } from "../../metadata/collection.ts";
import { bytes, integer, orNull, text, textOf } from "./columns.ts";

const id = integer;
/** Unix milliseconds. */
const time = integer;
/** 0 or 1. */
const flag = integer;
/** A number that stands for a word: see codes.ts. */
const code = integer;
const json = text;
const digest = textOf<Digest>();

/** What projects, namespaces and repositories are declared with. */
const described = { description: orNull(text), labels: orNull(json), owner: orNull(text), declared: flag };

/**
 * The tables as the migrations leave them: what statements declare of their rows they take from here. A test holds it against both
 * databases.
 */
export const tables = {
  access_token: {
    id,
    handle: text,
    user_name: text,
    description: text,
    scopes_json: json,
    secret_hash: text,
    created_at: time,
    expires_at: orNull(time),
    last_used_at: orNull(time),
    revoked_at: orNull(time),
  },
  app_user: { id, name: text, groups_json: json, password_hash: text, created_at: time, disabled_at: orNull(time), password_changed_at: orNull(time) },
  artifact_type: { rule: code, type: text, title: orNull(text), definition: json },
  audit: {
    id,
    at: time,
    subject: text,
    remote: orNull(text),
    request_id: orNull(text),
    action: text,
    repository: orNull(text),
    reference: orNull(text),
    digest: orNull(text),
    detail: orNull(json),
  },
  blob_link: { repository_id: id, content_id: id, linked_at: time, renewed_at: time, loose: flag },
  catalog_grant: { position: integer, definition: json },
  catalog_revision: { id, revision: integer },
  content: { id, digest, size: integer, state: code, reserved_until: time, location: orNull(text) },
  content_claim: { only_row: integer, identity: text },
  dependency: {
    id,
    manifest_id: id,
    repository_id: id,
    kind: code,
    key_id: id,
    name: text,
    registry: orNull(text),
    requirement: orNull(text),
    digest: orNull(digest),
  },
  lease: { name: text, holder: text, until: time },
  login_failure: { address: text, since: time, failures: integer },
  maintenance_run: { name: textOf<Run>(), ended_at: time },
  manifest: {
    id,
    repository_id: id,
    content_id: id,
    kind: code,
    size: integer,
    media_type_id: id,
    artifact_type_id: orNull(id),
    config_media_type_id: orNull(id),
    subject_content_id: orNull(id),
    annotations: orNull(json),
    pushed_at: time,
    pushed_by: text,
    deleted_at: orNull(time),
    untagged_at: orNull(time),
    type_id: orNull(id),
    title: orNull(text),
    description: orNull(text),
    labels: orNull(json),
    platforms: orNull(json),
    facts_version: integer,
    problem: orNull(text),
    type_problem: orNull(text),
    provides: orNull(json),
    terms: orNull(json),
  },
  manifest_body: { content_id: id, body: bytes },
  manifest_edge: {
    manifest_id: id,
    position: integer,
    repository_id: id,
    content_id: id,
    kind: code,
    size: integer,
    media_type_id: id,
    artifact_type_id: orNull(id),
    platform: orNull(json),
  },
  media_type: { id, name: text },
  namespace: { id, name: text, ...described, created_at: orNull(time) },
  node: { id: text, name: text, version: text, schema_version: integer, settings: json, seen: time },
  project: { id, namespace_id: id, name: text, ...described, visibility: code, type_policy: code, version_policy: code, dependents_policy: code },
  project_pattern: { project_id: id, pattern: text },
  pull_batch: { counter: text, batch: integer, at: time },
  repository: {
    id,
    project_id: id,
    name: textOf<RepositoryName>(),
    revision: integer,
    created_at: time,
    updated_at: time,
    ...described,
    declared_type_id: orNull(id),
    content_type_id: orNull(id),
    title: orNull(text),
    tag_count: integer,
    version_count: integer,
    manifest_count: integer,
    pulls: integer,
    deleted_at: orNull(time),
    version_key: text,
    listed: flag,
  },
  repository_term: { repository_id: id, kind: code, term_id: id, uses: integer },
  rights_revision: { only_row: integer, revision: integer },
  schema_migration: { version: integer, name: text },
  schema_program: { only_row: integer, minimum: integer },
  search_document: { repository_id: id, document: text },
  search_posting: { word_id: id, field: code, repository_id: id },
  search_word: { id, word: text },
  secret: { name: text, value: bytes },
  staged_upload: { id: textOf<UploadId>(), version: integer, state: json, modified_at: time },
  tag: {
    repository_id: id,
    name: textOf<Tag>(),
    manifest_id: id,
    updated_at: time,
    class: code,
    version_key: orNull(text),
    prerelease: flag,
    created_at: time,
    moves: integer,
    pulls: integer,
    pulled_at: orNull(time),
  },
  tag_event: {
    id,
    repository_id: id,
    tag: textOf<Tag>(),
    operation: code,
    from_digest: orNull(digest),
    to_digest: orNull(digest),
    actor: text,
    at: time,
  },
  term: { id, kind: code, name: text },
  upload_session: {
    id: textOf<UploadId>(),
    repository: textOf<RepositoryName>(),
    algorithm: textOf<DigestAlgorithm>(),
    owner: text,
    created_at: time,
    expires_at: time,
    client: text,
    address: text,
    active_at: orNull(time),
  },
} as const;
