import type { FileHandle } from "node:fs/promises";
import type { ByteStream, ContentSource } from "../../client/content/content.ts";
import { INDEX_FILE, INDEX_LIMIT, type LayoutIndex, parseLayoutIndex } from "../../client/content/layout-index.ts";
import { layoutSource, readManifest } from "../../client/content/layout-reader.ts";
import { indexTar, type TarEntry } from "../../client/content/tar-index.ts";
import { collect } from "../../client/content/verified.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import { readPart, spool } from "./temporary-tar.ts";

/** What `index.json` is called in the first of the three forms of artifact sets. */
const OLD_INDEX_FILES = ["artifact-descriptor.json", "artifact-set-descriptor.json"];

const NAMES = /^(?:oci-layout|index\.json|artifact-descriptor\.json|artifact-set-descriptor\.json|blobs\/[^/]+(?:\/[^/]+)?)$/;

/** Annotation of the index: digest or tag of the one artifact that the set is for. */
const MAIN = "software.ocm/main";

/** Annotation of its entries: tags, joined by `,`. */
const TAGS = "software.ocm/tags";
const REF_NAME = "org.opencontainers.image.ref.name";

const LAYOUT_TYPE = /^application\/vnd\.ocm\.software\.oci\.layout\.v1\+tar(?:\+gzip)?$/;
const SET_TYPE = /^application\/vnd\.(?:oci\.image\.(?:manifest|index)\.v1|docker\.distribution\.manifest(?:\.list)?\.v2)\+tar(?:\+gzip)?$/;

/** True for the media types of archives that hold an OCI artifact: artifact sets and OCI layouts, compressed or not. */
export function isArtifactArchive(mediaType: string): boolean {
  return LAYOUT_TYPE.test(mediaType) || SET_TYPE.test(mediaType);
}

/** An OCI artifact in an archive: to be stored natively, or looked into. */
export interface ArchivedArtifact {
  readonly source: ContentSource;
  /** The artifact's manifest or index. */
  readonly root: Descriptor;
  /** Its names in the archive. */
  readonly tags: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens an artifact set, in any of its forms, or an OCI layout, from the bytes of a blob: tar or tgz. They go into a file without a
 * name that is gone with `close`.
 * @param name for messages
 * @throws ClientError or ComponentError `invalid` when it is damaged, not safe to use, or does not say which artifact it is for
 */
export async function openArtifactArchive(stream: ByteStream, name: string): Promise<ArchivedArtifact> {
  const file = await spool(stream, { name });
  try {
    const entries = await indexTar(file, name, { names: NAMES });
    const { index, main } = await readIndex(file, entries, name);
    const source = sourceOf(file, { entries, index, name });
    const entry = mainEntry(index, main, name);
    const { descriptor } = await readManifest(source.files, entry.digest);
    const tags = [...new Set(index.manifests.filter(({ digest }) => digest === entry.digest).flatMap(tagsOf))];
    return { source, root: descriptor, tags, close: () => file.close() };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

interface ArchiveContent {
  readonly entries: ReadonlyMap<string, TarEntry>;
  readonly index: LayoutIndex;
  readonly name: string;
}

function sourceOf(file: FileHandle, { entries, index, name }: ArchiveContent) {
  const places = new Map<string, TarEntry>();
  for (const [path, place] of entries) if (path.startsWith("blobs/")) places.set(path.slice("blobs/".length).replace(/[./]/, ":"), place);
  return layoutSource({
    name,
    index: async () => index,
    sizeOf: async (digest) => places.get(digest)?.size,
    open: (digest, { signal } = {}) => readPart(file, { ...(places.get(digest) ?? { start: 0, size: 0 }), signal }),
    close: async () => {},
  });
}

async function readIndex(
  file: FileHandle,
  entries: ReadonlyMap<string, TarEntry>,
  name: string,
): Promise<{ readonly index: LayoutIndex; readonly main: string | undefined }> {
  const path = [INDEX_FILE, ...OLD_INDEX_FILES].find((each) => entries.has(each));
  const place = path === undefined ? undefined : entries.get(path);
  if (place === undefined) throw new ComponentError("invalid", `${name} holds no OCI artifact: it has no file ${INDEX_FILE}`);
  if (place.size > INDEX_LIMIT) throw new ComponentError("invalid", `${name}: its file ${path} has more than ${INDEX_LIMIT} bytes`);
  const text = new TextDecoder().decode(await collect(readPart(file, place)));
  const index = parseLayoutIndex(text, name);
  const { annotations }: { readonly annotations?: Readonly<Record<string, unknown>> | null } = JSON.parse(text);
  const main = annotations?.[MAIN];
  return { index, main: typeof main === "string" && main !== "" ? main : undefined };
}

/** What the annotation says; else the only entry; else the only one that has a name. */
function mainEntry({ manifests }: LayoutIndex, main: string | undefined, name: string): Descriptor {
  if (main !== undefined) {
    const found = manifests.find((entry) => (isDigest(main) ? entry.digest === main : tagsOf(entry).includes(main)));
    if (found !== undefined) return found;
    throw new ComponentError("invalid", `${name}: its main artifact ${main.slice(0, 100)} is not in it`);
  }
  const named = manifests.filter((entry) => tagsOf(entry).length > 0);
  const [only] = [manifests, named].find((entries) => new Set<Digest>(entries.map(({ digest }) => digest)).size === 1) ?? [];
  if (only !== undefined) return only;
  throw new ComponentError("invalid", `${name} ${manifests.length === 0 ? "is empty" : "has several artifacts and does not say which is meant"}`);
}

function tagsOf({ annotations }: Descriptor): readonly string[] {
  const listed = annotations?.[TAGS]?.split(",").map((tag) => tag.trim()) ?? [];
  const name = annotations?.[REF_NAME];
  return [...listed, ...(name === undefined ? [] : [name])].filter((tag) => tag !== "");
}
