import { ClientError, isClientError } from "../../../client/client-error.ts";
import type { BlobToPut, ContentSource, ContentTarget, ReadOptions, StoredManifest, TagChange } from "../../../client/content/content.ts";
import { describeManifest, MANIFEST_LIMIT } from "../../../client/content/manifest-bytes.ts";
import { parseStored, referrerDescriptor } from "../../../client/content/stored-manifest.ts";
import { bytesOf, collect, verified } from "../../../client/content/verified.ts";
import { fallbackTag } from "../../../client/remote/referrers.ts";
import { type Descriptor, descriptorShape } from "../../../oci/descriptor.ts";
import { type Digest, digestOf, isDigest } from "../../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../../oci/media-types.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { check, fields, list, nullish } from "../../../oci/shape.ts";
import type { Tag } from "../../../oci/tag.ts";
import { type ArtifactIndex, findEntry, withEntry } from "./artifact-index.ts";
import type { CtfFiles } from "./ctf-files.ts";
import type { ReplacedManifest } from "./sweep.ts";

const indexShape = fields({ manifests: nullish(list(descriptorShape)) });

/** One repository of a common transport archive, to read from. Its blobs are those of all repositories. */
export function ctfSource(files: CtfFiles, repository: RepositoryName): ContentSource {
  const name = `${files.name}//${repository}`;
  return {
    name,
    manifest: (reference, options) => readManifest(files, { repository, name }, reference, options),
    async *blob(descriptor, options) {
      const label = `${name}@${descriptor.digest}`;
      if ((await files.sizeOf(descriptor.digest)) === undefined) throw new ClientError("not-found", `cannot read ${label}: not found`);
      yield* verified(files.open(descriptor.digest, options), descriptor, label);
    },
    referrers: (subject, options) => readReferrers(files, { repository, name }, subject, options),
    async tags() {
      const index = await files.index();
      return [...new Set(index.flatMap((entry) => (entry.repository === repository && entry.tag !== undefined ? [entry.tag] : [])))].sort();
    },
    close: async () => {},
  };
}

/** What was written in a session: what tags named before, and blobs that were found or stored. */
export interface CtfChanges {
  readonly replaced: ReplacedManifest[];
  readonly blobs: Set<Digest>;
}

/** The same to write to. */
export function ctfTarget(files: CtfFiles, repository: RepositoryName, { replaced, blobs }: CtfChanges): ContentTarget {
  const name = `${files.name}//${repository}`;
  const has = async ({ digest, size }: Descriptor) => {
    const isThere = (await files.sizeOf(digest)) === size;
    if (isThere) blobs.add(digest);
    return isThere;
  };
  const put = async (blob: BlobToPut, options: ReadOptions) => {
    if (await has(blob.descriptor)) return;
    await files.putBlob(blob, options);
    blobs.add(blob.descriptor.digest);
  };
  /** The index with a manifest under its tags, and what had these is remembered. */
  const named = (index: ArtifactIndex, { digest, mediaType }: Descriptor, tags: readonly Tag[]) => {
    for (const tag of tags) {
      const before = findEntry(index, repository, tag)?.digest;
      if (before !== undefined && before !== digest) replaced.push({ repository, digest: before });
    }
    return withEntry(index, { repository, digest, mediaType }, tags);
  };
  const neededBy = (manifest: StoredManifest) => [
    manifest.descriptor.digest,
    ...parseStored(manifest).edges.flatMap(({ digest }) => (blobs.has(digest) ? [digest] : [])),
  ];
  const enter = async (manifest: StoredManifest, tags: readonly Tag[], options: ReadOptions) => {
    const { descriptor, bytes } = manifest;
    await put({ descriptor, open: () => bytesOf(bytes) }, options);
    await files.changeIndex((index) => named(index, descriptor, tags), neededBy(manifest));
  };
  /** What another writes between reading and writing is read as well: then once more. */
  const updateTag = async (tag: Tag, change: TagChange, options: ReadOptions = {}): Promise<StoredManifest | undefined> => {
    for (;;) {
      const former = findEntry(await files.index(), repository, tag)?.digest;
      const before = former && (await readManifest(files, { repository, name }, former, options));
      const after = change(before);
      if (after === undefined) return before;
      const { descriptor, bytes } = after;
      await put({ descriptor, open: () => bytesOf(bytes) }, options);
      let isRight = false;
      await files.changeIndex((index) => {
        isRight = findEntry(index, repository, tag)?.digest === former;
        return isRight ? named(index, descriptor, [tag]) : index;
      }, neededBy(after));
      if (isRight) return after;
    }
  };
  return {
    name,
    hasBlob: has,
    hasManifest: async (descriptor) => findEntry(await files.index(), repository, descriptor.digest) !== undefined && (await has(descriptor)),
    putBlob: (blob, options = {}) => put(blob, options),
    mountBlob: async () => false,
    async putManifest(manifest, { tags = [], ...options } = {}) {
      const parsed = parseStored(manifest);
      await enter(manifest, tags, options);
      const { subject } = parsed;
      if (subject === undefined) return;
      const change: TagChange = (before) => {
        const listed = before === undefined ? [] : referrersIn(before);
        if (listed.some(({ digest }) => digest === manifest.descriptor.digest)) return undefined;
        return referrersIndex([...listed, referrerDescriptor(manifest, parsed)]);
      };
      await updateTag(fallbackTag(subject), change, options);
    },
    updateTag,
    manifest: (reference, options) => readManifest(files, { repository, name }, reference, options),
    close: async () => {},
    discard: async () => {},
  };
}

interface Place {
  readonly repository: RepositoryName;
  readonly name: string;
}

async function readManifest(files: CtfFiles, { repository, name }: Place, reference: Tag | Digest, options: ReadOptions = {}): Promise<StoredManifest> {
  const label = `${name}${isDigest(reference) ? "@" : ":"}${reference}`;
  const digest = isDigest(reference) ? reference : findEntry(await files.index(), repository, reference)?.digest;
  const size = digest === undefined ? undefined : await files.sizeOf(digest);
  if (digest === undefined) throw new ClientError("not-found", `cannot read ${label}: not found`);
  if (size === undefined) throw new ClientError("not-found", `cannot read ${label}: its blob ${digest} is missing`);
  if (size > MANIFEST_LIMIT) throw new ClientError("invalid", `${label} has more than ${MANIFEST_LIMIT} bytes: that is no manifest`);
  const bytes = await collect(verified(files.open(digest, options), { digest, size }, label));
  // the media type of the index may be missing or that of another kind of manifest: what it says of itself counts
  return describeManifest(bytes, { digest, contentType: undefined, name: label });
}

function referrersIn({ bytes }: StoredManifest): readonly Descriptor[] {
  return check(indexShape, JSON.parse(new TextDecoder().decode(bytes))).value?.manifests ?? [];
}

/** Where no registry keeps the list it is an index under a tag (distribution-spec, "Referrers Tag Schema"). */
async function readReferrers(files: CtfFiles, place: Place, subject: Digest, options?: ReadOptions): Promise<readonly Descriptor[]> {
  try {
    return referrersIn(await readManifest(files, place, fallbackTag(subject), options));
  } catch (error) {
    if (isClientError(error, "not-found")) return [];
    throw error;
  }
}

function referrersIndex(manifests: readonly Descriptor[]): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests }));
  return { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
}
