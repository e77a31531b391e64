import { type Digest, isDigest } from "../../../oci/digest.ts";
import { isRepositoryName, type RepositoryName } from "../../../oci/name.ts";
import { check, fields, formatPath, list, literal, nullish, type Shaped, tested, text } from "../../../oci/shape.ts";
import { isTag, type Tag } from "../../../oci/tag.ts";
import { ComponentError } from "../../component-error.ts";

/** The file that says that a folder or archive is a common transport archive. */
export const INDEX_FILE = "artifact-index.json";

/** Bytes of it: hundreds of thousands of entries. */
export const INDEX_LIMIT = 64 * 1024 * 1024;

/** A manifest that is there, and its name. */
export interface IndexEntry {
  readonly repository: RepositoryName;
  readonly tag?: Tag;
  readonly digest: Digest;
  /** Older writers leave it out. */
  readonly mediaType?: string;
}

/** Manifests by repository and tag (OCM specification, "Common Transport Format"). */
export type ArtifactIndex = readonly IndexEntry[];

const entryShape = fields({
  repository: tested<RepositoryName>((value) => typeof value === "string" && isRepositoryName(value), "expected the name of an OCI repository"),
  tag: nullish(tested<Tag | "">((value) => value === "" || (typeof value === "string" && isTag(value)), "expected a tag")),
  digest: tested<Digest>((value) => typeof value === "string" && isDigest(value), "expected sha256:<64 hex>"),
  mediaType: nullish(text),
});

const entriesShape = nullish(list(entryShape));

/** The list is called `artifacts`; some descriptions of the format call it `index`. */
const indexShape = fields({ schemaVersion: literal(1), artifacts: entriesShape, index: entriesShape });

/** @throws ComponentError `invalid` with the path of the field that is wrong */
export function parseArtifactIndex(content: string, name: string): ArtifactIndex {
  const { value, problem } = check(indexShape, parseJson(content, name));
  if (problem !== undefined) {
    throw new ComponentError("invalid", `${name}: its file ${INDEX_FILE} is wrong at ${formatPath(problem, "its root")}: ${problem.message}`);
  }
  const { artifacts, index } = value;
  return checkTags((artifacts ?? index ?? []).map(toEntry), name);
}

/** Exactly the fields that every reader knows: some refuse others. Equal content makes equal text. */
export function formatArtifactIndex(index: ArtifactIndex): string {
  const artifacts = index.map(({ repository, tag, digest, mediaType }) => ({ repository, tag, digest, mediaType })).sort(byPlace);
  return JSON.stringify({ schemaVersion: 1, artifacts });
}

export function findEntry(index: ArtifactIndex, repository: RepositoryName, reference: Tag | Digest): IndexEntry | undefined {
  const key = isDigest(reference) ? "digest" : "tag";
  return index.find((entry) => entry.repository === repository && entry[key] === reference);
}

/** The index with a manifest under its tags. What had one of them stays without it. */
export function withEntry(index: ArtifactIndex, entry: Omit<IndexEntry, "tag">, tags: readonly Tag[]): ArtifactIndex {
  const { repository, digest } = entry;
  const freed = index.map((each) => (each.repository === repository && each.tag !== undefined && tags.includes(each.tag) ? withoutTag(each) : each));
  const isSame = (each: IndexEntry) => each.repository === repository && each.digest === digest;
  if (tags.length === 0) return freed.some(isSame) ? index : [...freed, entry];
  const others = freed.filter((each) => !isSame(each) || each.tag !== undefined);
  return unique([...others, ...tags.map((tag) => ({ ...entry, tag }))]);
}

function withoutTag({ tag: _, ...entry }: IndexEntry): IndexEntry {
  return entry;
}

/** What lost its tag may be there without one already, or under another. */
function unique(index: ArtifactIndex): ArtifactIndex {
  const tagged = new Set(index.filter(({ tag }) => tag !== undefined).map(placeOf));
  const seen = new Set<string>();
  return index.filter((entry) => {
    const place = placeOf(entry);
    const key = `${place} ${entry.tag ?? ""}`;
    if (seen.has(key) || (entry.tag === undefined && tagged.has(place))) return false;
    seen.add(key);
    return true;
  });
}

function placeOf({ repository, digest }: IndexEntry): string {
  return `${repository} ${digest}`;
}

function byPlace(one: IndexEntry, other: IndexEntry): number {
  const [left, right] = [one, other].map(({ repository, tag, digest }) => `${repository} ${tag ?? "~"} ${digest}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function toEntry({ repository, tag, digest, mediaType }: Shaped<typeof entryShape>): IndexEntry {
  return { repository, ...(tag && { tag }), digest, ...(mediaType && { mediaType }) };
}

function checkTags(index: ArtifactIndex, name: string): ArtifactIndex {
  const seen = new Map<string, Digest>();
  for (const { repository, tag, digest } of index) {
    if (tag === undefined) continue;
    const key = `${repository}:${tag}`;
    const known = seen.get(key);
    if (known !== undefined && known !== digest) throw new ComponentError("invalid", `${name}: its file ${INDEX_FILE} names two manifests ${key}`);
    seen.set(key, digest);
  }
  return index;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ComponentError("invalid", `${name}: its file ${INDEX_FILE} is not valid JSON`, { cause });
  }
}
