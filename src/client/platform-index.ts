import { type Descriptor, descriptorShape } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { manifestKind, OCI_IMAGE_INDEX } from "../oci/media-types.ts";
import { formatPlatform, normalizePlatform } from "../oci/platform.ts";
import { check, fields, formatPath, list, nullish, optional, type Shaped, text } from "../oci/shape.ts";
import type { Tag } from "../oci/tag.ts";
import { ClientError } from "./client-error.ts";
import type { ContentTarget, PutManifestOptions, StoredManifest, TagChange } from "./content/content.ts";

const indexShape = fields({ artifactType: optional(text), manifests: nullish(list(descriptorShape)) });

type Index = Shaped<typeof indexShape>;

/** Times that the other tags follow the first, which others change meanwhile. */
const FOLLOWS = 20;

/**
 * Makes a manifest the entry for its platform of the index that the first tag names, in place of the one that was there, and
 * names the index by the tags. Entries are ordered by platform, so that it does not matter which was pushed first. What others enter at the
 * same time stays.
 * @throws ClientError `refused` when the tag names something else than an index, `general` where it cannot be made sure that the entry stays
 */
export async function enterPlatform(target: ContentTarget, entry: Descriptor, { tags = [], ...options }: PutManifestOptions): Promise<Descriptor> {
  const [tag, ...others] = tags;
  if (tag === undefined) {
    const index = indexOf(undefined, entry);
    await target.putManifest(index, { ...options, listed: true });
    return index.descriptor;
  }
  const change: TagChange = (before) => {
    const index = before && readIndex(before, target, tag);
    return index !== undefined && hasEntry(index, entry) ? undefined : indexOf(index, entry);
  };
  for (let follows = 0; follows < FOLLOWS; follows++) {
    const index = (await target.updateTag(tag, change, options)) ?? indexOf(undefined, entry);
    if (others.length === 0) return index.descriptor;
    await target.putManifest(index, { ...options, tags: others, listed: true });
    // whoever changed the first tag meanwhile may have set the others before
    const now = await target.manifest(tag, options);
    if (now.descriptor.digest === index.descriptor.digest) return index.descriptor;
  }
  throw new ClientError(
    "general",
    `cannot make sure that ${others.join(", ")} of ${target.name} name the same as ${tag}: others write it all the time; try again later`,
  );
}

function readIndex({ descriptor, bytes }: StoredManifest, target: ContentTarget, tag: Tag): Index {
  if (manifestKind(descriptor.mediaType) !== "index") {
    throw new ClientError("refused", `${target.name}:${tag} is for no platform: push to another tag, or without a platform to replace it`);
  }
  const { value, problem } = check(indexShape, JSON.parse(new TextDecoder().decode(bytes)));
  if (problem === undefined) return value;
  throw new ClientError("invalid", `${target.name}:${tag} is no index: it is wrong at ${formatPath(problem, "its root")}: ${problem.message}`);
}

function hasEntry({ manifests }: Index, entry: Descriptor): boolean {
  const same = (manifests ?? []).filter((other) => platformOf(other) === platformOf(entry));
  return same.length === 1 && same[0]?.digest === entry.digest;
}

function indexOf(before: Index | undefined, entry: Descriptor): StoredManifest {
  const others = (before?.manifests ?? []).filter((other) => platformOf(other) !== platformOf(entry));
  const manifests = [...others, entry].sort((a, b) => (platformOf(a) < platformOf(b) ? -1 : 1));
  const artifactType = typeOf(manifests);
  const { artifactType: _, manifests: __, ...rest } = before ?? {};
  const document = { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, ...(artifactType && { artifactType }), manifests, ...rest };
  const bytes = new TextEncoder().encode(JSON.stringify({ ...document, schemaVersion: 2, mediaType: OCI_IMAGE_INDEX }));
  return { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function platformOf({ platform }: Descriptor): string {
  return platform ? formatPlatform(normalizePlatform(platform)) : "";
}

/** The type that all entries have, if they have one. */
function typeOf(manifests: readonly Descriptor[]): string | undefined {
  const types = new Set(manifests.map(({ artifactType }) => artifactType));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}
