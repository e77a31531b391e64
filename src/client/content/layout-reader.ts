import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestOf, isDigest } from "../../oci/digest.ts";
import { DEFAULT_TAG } from "../../oci/image-reference.ts";
import type { Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";
import type { ByteStream, ContentSource, ReadOptions, StoredManifest } from "./content.ts";
import { findEntry, type LayoutIndex, tagsOf } from "./layout-index.ts";
import { describeManifest, MANIFEST_LIMIT } from "./manifest-bytes.ts";
import { parseStored, referrerDescriptor } from "./stored-manifest.ts";
import { collect, verified } from "./verified.ts";

/** What a layout needs of the place it is in. */
export interface LayoutFiles {
  /** For messages, e.g. `oci:images`. */
  readonly name: string;
  index(): Promise<LayoutIndex>;
  /** Bytes of a blob; undefined where it is not there. */
  sizeOf(digest: Digest): Promise<number | undefined>;
  open(digest: Digest, options: ReadOptions): ByteStream;
  close(): Promise<void>;
}

/** An OCI layout to read from. */
export interface LayoutSource extends ContentSource {
  readonly files: LayoutFiles;
}

/** Reads an OCI layout (image-spec, image-layout.md), wherever its files are. */
export function layoutSource(files: LayoutFiles): LayoutSource {
  return {
    name: files.name,
    manifest: (reference, options) => readManifest(files, reference, options),
    blob: (descriptor, options) => readBlob(files, descriptor, options),
    referrers: (subject, options) => findReferrers(files, subject, options),
    tags: async () => tagsOf(await files.index()),
    files,
    close: () => files.close(),
  };
}

export async function readManifest(files: LayoutFiles, reference: Tag | Digest, options: ReadOptions = {}): Promise<StoredManifest> {
  const label = `${files.name}${isDigest(reference) ? "@" : ":"}${reference}`;
  const entry = findEntry(await files.index(), reference);
  const digest = entry?.digest ?? (isDigest(reference) ? reference : undefined);
  const size = digest === undefined ? undefined : await files.sizeOf(digest);
  if (digest === undefined || size === undefined) throw new ClientError("not-found", `cannot read ${label}: not found`);
  if (size > MANIFEST_LIMIT) throw new ClientError("invalid", `${label} has more than ${MANIFEST_LIMIT} bytes: that is no manifest`);
  const bytes = await collect(files.open(digest, options));
  if (digestOf(bytes, digestAlgorithm(digest)) !== digest) throw new ClientError("invalid", `${label} is not what its digest says: it was damaged or changed`);
  return describeManifest(bytes, { digest, contentType: entry?.mediaType, name: label });
}

async function* readBlob(files: LayoutFiles, descriptor: Descriptor, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
  const label = `${files.name}@${descriptor.digest}`;
  if ((await files.sizeOf(descriptor.digest)) === undefined) throw new ClientError("not-found", `cannot read ${label}: not found`);
  yield* verified(files.open(descriptor.digest, options), descriptor, label);
}

/** A layout has no list of referrers: what its index lists is looked at. */
async function findReferrers(files: LayoutFiles, subject: Digest, options: ReadOptions = {}): Promise<readonly Descriptor[]> {
  const { manifests } = await files.index();
  const found = new Map<Digest, Descriptor>();
  for (const { digest } of manifests) {
    if (found.has(digest) || (await files.sizeOf(digest)) === undefined) continue;
    const manifest = await readManifest(files, digest, options);
    const parsed = parseStored(manifest, `${files.name}@${digest}`);
    if (parsed.subject === subject) found.set(digest, referrerDescriptor(manifest, parsed));
  }
  return [...found.values()];
}

/**
 * What to mean where no tag or digest is given: the only artifact, or `latest`. What refers to another artifact of the layout does not count.
 * @throws ClientError `invalid` when there are several artifacts, `not-found` when there is none
 */
export async function soleReference(files: LayoutFiles): Promise<Tag | Digest> {
  const index = await files.index();
  const digests = [...new Set(index.manifests.map(({ digest }) => digest))];
  const [only] = digests;
  if (only !== undefined && digests.length === 1) return only;
  const tags = tagsOf(index);
  const latest = tags.find((tag) => tag === DEFAULT_TAG);
  if (latest !== undefined) return latest;
  if (only === undefined) throw new ClientError("not-found", `${files.name} is empty`);
  const [root, ...others] = await rootsOf(files, digests);
  if (root !== undefined && others.length === 0) return root;
  const some = tags.slice(0, 5).join(", ");
  throw new ClientError("invalid", `${files.name} has several artifacts: say which${some === "" ? "" : `, e.g. one of the tags ${some}`}`);
}

/** Those that refer to nothing that is in the layout, two at most; what cannot be read is an artifact of its own. */
async function rootsOf(files: LayoutFiles, digests: readonly Digest[]): Promise<readonly Digest[]> {
  const roots: Digest[] = [];
  for (const digest of digests) {
    const subject = await subjectOf(files, digest).catch(() => undefined);
    if (subject === undefined || (await files.sizeOf(subject)) === undefined) roots.push(digest);
    if (roots.length > 1) break;
  }
  return roots;
}

async function subjectOf(files: LayoutFiles, digest: Digest): Promise<Digest | undefined> {
  return parseStored(await readManifest(files, digest), `${files.name}@${digest}`).subject;
}
