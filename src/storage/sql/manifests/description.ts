import { childTypes, effectiveType, type TypeEvidence } from "../../../artifacts/effective-type.ts";
import type { ArtifactFacts } from "../../../artifacts/facts.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../../../oci/manifest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { runnablePlatforms } from "../../../oci/platform.ts";
import { orNull } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { REPOSITORY } from "../repositories/reads.ts";
import type { Term } from "../repositories/terms.ts";
import { manifestTerms, providedKeys } from "./terms.ts";

const { content, media_type } = tables;

const TYPES_OF_CHILDREN = rowsOf(
  { digest: content.digest, type: orNull(media_type.name) },
  () => sql`SELECT value AS digest,
    (SELECT name FROM media_type WHERE id = (SELECT COALESCE(type_id, artifact_type_id, config_media_type_id) FROM manifest
      WHERE repository_id = ${REPOSITORY} AND content_id = (SELECT id FROM content WHERE digest = value) AND deleted_at IS NULL)) AS type
  FROM ${strings("digests")}`,
);

/** Columns of `manifest` that hold what was read of its content. */
export const FACT_COLUMNS = ["title", "description", "labels", "platforms", "provides", "problem", "facts_version"] as const;

/** Of the facts that are stored now. Manifests with a lower one are read again. */
export const FACTS_VERSION = 1;

/** What is stored of a manifest's facts, whoever read them. */
export interface StoredFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly provides: readonly string[];
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly problem: string | undefined;
  readonly version: number;
}

/** Facts as they will be stored. Those of an index have the platforms of its children as well. */
export function storedFacts(repository: RepositoryName, edges: readonly ManifestEdge[], facts: ArtifactFacts | undefined): StoredFacts {
  const ofChildren = edges.filter((edge) => edge.kind === "child").map((edge) => edge.platform);
  const platforms = runnablePlatforms([...(facts?.platforms ?? []), ...ofChildren]);
  if (facts === undefined) {
    return { labels: {}, platforms, provides: [], title: undefined, description: undefined, problem: undefined, version: 0 };
  }
  const { labels, title, description, problem } = facts;
  return { labels, platforms, provides: providedKeys(repository, facts.provides), title, description, problem, version: FACTS_VERSION };
}

/** The values of these columns. */
export function factColumns({
  labels,
  platforms,
  provides,
  title,
  description,
  problem,
  version,
}: StoredFacts): Readonly<Record<(typeof FACT_COLUMNS)[number], string | number | null>> {
  return {
    title: title ?? null,
    description: description ?? null,
    labels: Object.keys(labels).length === 0 ? null : JSON.stringify(labels),
    platforms: platforms.length === 0 ? null : JSON.stringify(platforms),
    provides: provides.length === 0 ? null : JSON.stringify(provides),
    problem: problem ?? null,
    facts_version: version,
  };
}

export function termsOf(manifest: ParsedManifest, type: string | undefined, facts: StoredFacts): Term[] {
  const { mediaType, artifactType, configMediaType, subject, annotations } = manifest;
  return manifestTerms({ mediaType, artifactType, configMediaType, type, hasSubject: subject !== undefined, annotations, ...facts });
}

/** The effective type; of an index without one of its own by what the repository knows of its children. */
export async function typeIn(x: Executor, repository: RepositoryName, manifest: ParsedManifest): Promise<string | undefined> {
  return (await typesIn(x, repository, manifest)).type;
}

/** Types that are known in a repository. */
export interface KnownTypes {
  /** The effective type. */
  readonly type: string | undefined;
  /** Of an index: those of its children, each once; undefined for one that has none, or whose type is not known. */
  readonly childTypes: readonly (string | undefined)[];
}

export async function typesIn(x: Executor, repository: RepositoryName, manifest: TypeEvidence): Promise<KnownTypes> {
  const types = await typesOfChildren(x, repository, manifest);
  const known = (child: Digest): string | undefined => types.get(child);
  return { type: effectiveType(manifest, known), childTypes: [...new Set(childTypes(manifest, known))] };
}

async function typesOfChildren(x: Executor, repository: RepositoryName, manifest: Pick<ParsedManifest, "edges">): Promise<Map<Digest, string>> {
  const children = manifest.edges.filter((edge) => edge.kind === "child").map((edge) => edge.digest);
  if (children.length === 0) return new Map();
  const rows = await x.query(TYPES_OF_CHILDREN, { digests: JSON.stringify([...new Set(children)]), repository });
  return new Map(rows.flatMap((row) => (row.type === null ? [] : [[row.digest, row.type]])));
}
