import type { StepDatabase } from "../migration.ts";
import type { FIELDS } from "./words.ts";

/** What is found by words of its name, its definition and the tags that speak for it. */
export interface FoundRepository {
  readonly id: number;
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly labels: string | null;
}

interface ManifestRow {
  readonly title: string | null;
  readonly description: string | null;
  readonly annotations: string | null;
  readonly labels: string | null;
}

/** Tags that speak for their repository, beside the highest version: of those changed last those of no class 2 or 3 (referrers, attachment). */
const RECENT = 20;
const SPEAKING = 3;

/** Bytes of annotations, or labels, that are read for words. */
const JSON_BYTES = 64 * 1024;

const short = (column: string): string => `CASE WHEN OCTET_LENGTH(m.${column}) <= ${JSON_BYTES} THEN m.${column} END AS ${column}`;

const SPEAKERS = `SELECT m.id, m.title, m.description, ${short("annotations")}, ${short("labels")} FROM manifest m WHERE m.id IN (
  SELECT manifest_id FROM (SELECT manifest_id FROM (SELECT manifest_id, class, updated_at, name FROM tag WHERE repository_id = $1
      ORDER BY updated_at DESC, name DESC LIMIT ${RECENT}) AS recent
    WHERE class NOT IN (2, 3) ORDER BY updated_at DESC, name DESC LIMIT ${SPEAKING}) AS speaking
  UNION SELECT manifest_id FROM (SELECT manifest_id FROM tag WHERE repository_id = $1 AND version_key IS NOT NULL AND prerelease = 0
    ORDER BY version_key DESC, name DESC LIMIT 1) AS latest) ORDER BY m.id`;

export async function textsOf(x: StepDatabase, row: FoundRepository): Promise<Record<(typeof FIELDS)[number], string>> {
  const manifests = await x.query<ManifestRow>(SPEAKERS, [row.id]);
  const join = (texts: readonly (string | null)[]): string => texts.filter((text) => text !== null).join("\n");
  return {
    name: row.name,
    title: join([row.title, ...manifests.map(({ title }) => title)]),
    description: join([row.description, ...manifests.map(({ description }) => description)]),
    other: join([row.labels, ...manifests.flatMap(({ annotations, labels }) => [annotations, labels])].map(valuesOf)),
  };
}

/** Keys whose values are of no use to those who look for a package. */
const DULL = /(?:^|[./_-])(?:created|revision|version|digest|checksum|date|build)$/i;

/** Characters of one value that are read. */
const VALUE = 500;

function valuesOf(json: string | null): string {
  const entries: Readonly<Record<string, string>> = json === null ? {} : JSON.parse(json);
  return Object.entries(entries)
    .filter(([key]) => !DULL.test(key))
    .map(([, value]) => value.slice(0, VALUE))
    .join("\n");
}
