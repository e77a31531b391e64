import type { Digest } from "../../../oci/digest.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { ManifestPut } from "../../metadata/manifests.ts";
import { internDigests, internMediaTypes, LOCK_CONTENT } from "../content/rows.ts";
import { edgeKindCode, MANIFEST_KIND } from "../engine/codes.ts";
import { names, type Row, values } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { field, integerField, objects } from "../engine/parameters.ts";
import { byDialect, join, name, sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import type { RepositoryCounters } from "../repositories/counters.ts";
import { internTerms, type Term, termIds } from "../repositories/terms.ts";
import { type TagGoal, termsOfTags } from "../tags/change.ts";
import { storeDependencies } from "./dependencies.ts";
import { FACT_COLUMNS, FACTS_VERSION, factColumns, type StoredFacts, storedFacts, termsOf } from "./description.ts";
import { refreshManifest } from "./refresh.ts";

const { id, media_type_id, type_id, type_problem, title, facts_version, deleted_at } = tables.manifest;

const BEFORE = { id, media_type_id, type_id, type_problem, title, facts_version, deleted_at };
type Before = Row<typeof BEFORE>;

const EARLIER = rowsOf(
  BEFORE,
  () => sql`SELECT ${names(BEFORE)} FROM manifest
  WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) AND content_id = (SELECT id FROM content WHERE digest = ${"digest"})`,
);

const SHOW = command(
  () => sql`UPDATE manifest SET media_type_id = ${"mediaType"}, deleted_at = NULL, untagged_at = NULL, type_problem = ${"typeProblem"}
  WHERE id = ${"id"}`,
);
const PUSHED = command(() => sql`UPDATE manifest SET pushed_at = ${"now"}, pushed_by = ${"by"} WHERE id = ${"id"}`);

/** Asked for with other look-ups, so that nothing waits for the number of a row that was just stored. */
const NEXT_ID = rowsOf(
  { id },
  () =>
    sql`SELECT ${byDialect(({ name }) =>
      name === "sqlite" ? sql`COALESCE(MAX(id), 0) + 1 AS id FROM manifest` : sql`nextval(pg_get_serial_sequence('manifest', 'id')) AS id`,
    )}`,
);

const COLUMNS = [
  "id",
  "repository_id",
  "content_id",
  "kind",
  "size",
  "media_type_id",
  "artifact_type_id",
  "config_media_type_id",
  "subject_content_id",
  "annotations",
  "pushed_at",
  "pushed_by",
  "type_id",
  "type_problem",
  "terms",
  ...FACT_COLUMNS,
] as const;
const INSERT = command(() => sql`INSERT INTO manifest (${join(COLUMNS.map((column) => name(column)))}) VALUES (${values(COLUMNS)})`);

const STORE_BODY = command(() => sql`INSERT INTO manifest_body (content_id, body) VALUES (${"content"}, ${"body"}) ON CONFLICT DO NOTHING`);

const STORE_EDGES = command(
  () => sql`INSERT INTO manifest_edge
    (manifest_id, position, repository_id, content_id, kind, size, media_type_id, artifact_type_id, platform)
  SELECT CAST(${"manifest"} AS BIGINT), ${integerField("position")}, CAST(${"repository"} AS BIGINT), ${integerField("content")},
    ${integerField("kind")}, ${integerField("size")}, ${integerField("media")}, ${integerField("artifact")}, ${field("platform")}
  FROM ${objects("edges")}`,
);

const HOLD_BLOBS = command(
  () => sql`UPDATE blob_link SET loose = 0 WHERE repository_id = ${"repository"} AND loose = 1
  AND content_id IN (SELECT content_id FROM manifest_edge WHERE manifest_id = ${"manifest"})`,
);

export interface StoredPut {
  /** Also when a deleted one came back. */
  readonly created: boolean;
  readonly changed: boolean;
  readonly goal: TagGoal;
  /** Numbers of the terms of its new tags. */
  readonly terms: ReadonlyMap<string, number>;
}

interface Request {
  readonly put: ManifestPut;
  /** The effective type. */
  readonly type: string | undefined;
  readonly tags: readonly Tag[];
  /** As `earlierManifest` has it. */
  readonly earlier: Before | undefined;
}

/** What is known by number. */
interface Numbers {
  readonly contents: ReadonlyMap<Digest, number>;
  readonly types: ReadonlyMap<string, number>;
  /** As `internTerms` gives them: the manifest's own, where it is new, and those of its tags. */
  readonly terms: ReadonlyMap<string, number>;
}

/** The row of a manifest that the repository has, or had until one of them was deleted. */
export function earlierManifest(x: Executor, { repository, digest }: ManifestPut): Promise<Before | undefined> {
  return queryOne(x, EARLIER, { repository, digest });
}

/** Stores a manifest with its edges, facts and terms; the repository is locked. */
export async function storeManifest(x: Executor, counters: RepositoryCounters, request: Request): Promise<StoredPut> {
  const { put, type, tags, earlier } = request;
  const subject = put.subject === undefined ? [] : [put.subject];
  const facts = storedFacts(put.repository, put.edges, put.facts);
  const own = earlier === undefined ? termsOf(put, type, facts) : [];
  const [contents, types, terms, next] = await Promise.all([
    internDigests(x, [put.digest, ...subject, ...put.edges.map((edge) => edge.digest)]),
    internMediaTypes(x, [...mediaTypesOf(put), ...(type === undefined ? [] : [type])]),
    internTerms(x, [...own, ...termsOfTags(tags, put.kind)]),
    earlier ?? queryOne(x, NEXT_ID),
  ]);
  if (next === undefined) throw new Error(`the manifest ${put.digest} got no number`);
  storeBody(x, idOf(contents, put.digest), put.body);
  const numbers = { contents, types, terms };
  return earlier === undefined
    ? insert(x, counters, request, { id: next.id, facts, own, numbers })
    : update(x, counters, request, { before: earlier, numbers });
}

/** Puts a manifest that the repository has, or had until it was deleted. */
async function update(
  x: Executor,
  counters: RepositoryCounters,
  { put, type }: Request,
  { before, numbers: { types, terms } }: { readonly before: Before; readonly numbers: Numbers },
): Promise<StoredPut> {
  const { id } = before;
  const mediaType = idOf(types, put.mediaType);
  const typeId = type === undefined ? null : idOf(types, type);
  x.send(SHOW, { id, mediaType, typeProblem: put.typeProblem ?? null });
  const created = before.deleted_at !== null;
  if (created) x.send(PUSHED, { id, now: put.now, by: put.actor.subject });
  const read = put.facts !== undefined && before.facts_version < FACTS_VERSION;
  const changed = created || read || before.media_type_id !== mediaType || before.type_id !== typeId;
  if (created) counters.manifest(1, []);
  if (changed) await refreshManifest(x, counters, { id, repository: put.repository, facts: read ? put.facts : undefined });
  const goal = { id, digest: put.digest, kind: put.kind, type: typeId ?? undefined, title: put.facts?.title ?? before.title ?? undefined };
  return { created, changed, goal, terms };
}

interface Description {
  readonly id: number;
  readonly facts: StoredFacts;
  /** Its own terms. */
  readonly own: readonly Term[];
  readonly numbers: Numbers;
}

async function insert(x: Executor, counters: RepositoryCounters, { put, type }: Request, { id, facts, own, numbers }: Description): Promise<StoredPut> {
  const { contents, types, terms } = numbers;
  const counted = termIds(terms, own);
  const typeId = type === undefined ? undefined : idOf(types, type);
  x.send(INSERT, {
    id,
    repository_id: counters.repository,
    content_id: idOf(contents, put.digest),
    kind: MANIFEST_KIND[put.kind],
    size: put.body.length,
    media_type_id: idOf(types, put.mediaType),
    artifact_type_id: put.artifactType === undefined ? null : idOf(types, put.artifactType),
    config_media_type_id: put.configMediaType === undefined ? null : idOf(types, put.configMediaType),
    subject_content_id: put.subject === undefined ? null : idOf(contents, put.subject),
    annotations: Object.keys(put.annotations).length === 0 ? null : JSON.stringify(put.annotations),
    pushed_at: put.now,
    pushed_by: put.actor.subject,
    type_id: typeId ?? null,
    type_problem: put.typeProblem ?? null,
    terms: JSON.stringify(counted),
    ...factColumns(facts),
  });
  storeEdges(x, { repository: counters.repository, manifest: id, put }, numbers);
  const dependencies = put.facts?.dependencies ?? [];
  if (dependencies.length > 0) await storeDependencies(x, { id, repository: counters.repository }, dependencies, true);
  counters.manifest(1, counted);
  const goal = { id, digest: put.digest, kind: put.kind, type: typeId, title: facts.title };
  return { created: true, changed: true, goal, terms };
}

function mediaTypesOf(put: ManifestPut): string[] {
  const types = [put.mediaType, put.artifactType, put.configMediaType, ...put.edges.flatMap((edge) => [edge.mediaType, edge.artifactType])];
  return types.filter((type) => type !== undefined);
}

/** The row of the content is locked first, so that a collector does not take the body away as that of nobody. */
function storeBody(x: Executor, content: number, body: Uint8Array): void {
  if (x.dialect.lock !== "") x.send(LOCK_CONTENT, { id: content });
  x.send(STORE_BODY, { content, body });
}

function storeEdges(
  x: Executor,
  { repository, manifest, put }: { readonly repository: number; readonly manifest: number; readonly put: ManifestPut },
  { contents, types }: Numbers,
): void {
  if (put.edges.length === 0) return;
  const rows = put.edges.map((edge, position) => ({
    position,
    content: idOf(contents, edge.digest),
    kind: edgeKindCode(edge.kind),
    size: edge.size,
    media: idOf(types, edge.mediaType),
    artifact: edge.artifactType === undefined ? null : idOf(types, edge.artifactType),
    // Text within the JSON, so that no escape in it (\u0000) is ever decoded by the database.
    platform: edge.platform === undefined ? null : JSON.stringify(edge.platform),
  }));
  x.send(STORE_EDGES, { manifest, repository, edges: JSON.stringify(rows) });
  x.send(HOLD_BLOBS, { repository, manifest });
}

function idOf<K>(ids: ReadonlyMap<K, number>, key: K): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`no row was found for '${key}'`);
  return id;
}
