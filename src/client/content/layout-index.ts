import { type Descriptor, descriptorShape } from "../../oci/descriptor.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { check, fields, formatPath, list, nullish, type Shape, text } from "../../oci/shape.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";

/** image-spec, image-layout.md: the file that says that a folder is a layout. */
export const LAYOUT_FILE = "oci-layout";
export const LAYOUT_CONTENT = '{"imageLayoutVersion":"1.0.0"}';
export const INDEX_FILE = "index.json";

/** Bytes of `index.json`: thousands of tags. */
export const INDEX_LIMIT = 64 * 1024 * 1024;

/** image-spec, annotations.md: the tag of a manifest in a layout. */
const REF_NAME = "org.opencontainers.image.ref.name";

const layoutShape = fields({ imageLayoutVersion: text });
const indexShape = fields({ manifests: nullish(list(descriptorShape)) });

/** The content of `index.json`. Fields that are not known are kept. */
export interface LayoutIndex {
  readonly manifests: readonly Descriptor[];
}

export const EMPTY_INDEX: LayoutIndex = { manifests: [] };

/** @throws ClientError `invalid` when the folder is a layout of another version, or none */
export function checkLayoutFile(text: string, name: string): void {
  const layout = parseJson(text, layoutShape, `${name}: its file ${LAYOUT_FILE}`);
  if (!layout.imageLayoutVersion.startsWith("1.")) {
    throw new ClientError("invalid", `${name} is an OCI layout of version ${layout.imageLayoutVersion.slice(0, 20)}: only 1.0.0 is known`);
  }
}

export function parseLayoutIndex(text: string, name: string): LayoutIndex {
  const index = parseJson(text, indexShape, `${name}: its file ${INDEX_FILE}`);
  return { ...index, manifests: index.manifests ?? [] };
}

export function formatLayoutIndex(index: LayoutIndex): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, ...index });
}

/** The entry that a tag or a digest names. */
export function findEntry(index: LayoutIndex, reference: Tag | Digest): Descriptor | undefined {
  if (isDigest(reference)) return index.manifests.find(({ digest }) => digest === reference);
  return index.manifests.find((entry) => refNameOf(entry) === reference);
}

export function tagsOf(index: LayoutIndex): Tag[] {
  return [...new Set(index.manifests.map(refNameOf).filter((name): name is Tag => name !== undefined && isTag(name)))].sort();
}

/** The index with a manifest entered: under its tags, which others lose, or without any when it is not there yet. */
export function withEntry(index: LayoutIndex, { mediaType, digest, size }: Descriptor, tags: readonly Tag[]): LayoutIndex {
  const plain = { mediaType, digest, size };
  const known = index.manifests.filter((entry) => !tags.some((tag) => refNameOf(entry) === tag));
  if (tags.length === 0) return known.some((entry) => entry.digest === digest) ? index : { ...index, manifests: [...known, plain] };
  const untagged = known.filter((entry) => entry.digest !== digest || refNameOf(entry) !== undefined);
  return { ...index, manifests: [...untagged, ...tags.map((tag) => ({ ...plain, annotations: { [REF_NAME]: tag } }))] };
}

/** The tag of an entry, as it is written. Some tools write a whole reference: its tag counts. */
export function refNameOf(entry: Descriptor): string | undefined {
  const name = entry.annotations?.[REF_NAME];
  if (name === undefined) return undefined;
  return isTag(name) ? name : name.slice(name.lastIndexOf(":") + 1);
}

function parseJson<T>(text: string, shape: Shape<T>, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ClientError("invalid", `${what} is not valid JSON`, { cause });
  }
  const { value, problem } = check(shape, json);
  if (problem === undefined) return value;
  throw new ClientError("invalid", `${what} is wrong at ${formatPath(problem, "its root")}: ${problem.message}`);
}
