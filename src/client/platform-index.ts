import * as z from "zod/mini";
import { type Descriptor, descriptorSchema } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { manifestKind, OCI_IMAGE_INDEX } from "../oci/media-types.ts";
import { ClientError, isClientError } from "./client-error.ts";
import type { ContentTarget, PutManifestOptions, StoredManifest } from "./content/content.ts";
import { formatPlatform } from "./platform.ts";

const indexSchema = z.looseObject({ artifactType: z.optional(z.string()), manifests: z.nullish(z.array(descriptorSchema)) });

type Index = z.infer<typeof indexSchema>;

/**
 * Makes a manifest the entry for its platform of the index that the first tag names, in place of the one that was there, and
 * names the index by the tags. Entries are ordered by platform, so that it does not matter which was pushed first.
 * @throws ClientError `refused` when the tag names something else than an index
 */
export async function enterPlatform(target: ContentTarget, entry: Descriptor, options: PutManifestOptions): Promise<Descriptor> {
  const [tag] = options.tags ?? [];
  const before = tag === undefined ? undefined : await readIndex(target, tag, options);
  const platform = platformOf(entry);
  const others = (before?.manifests ?? []).filter((other) => platformOf(other) !== platform);
  const manifests = [...others, entry].sort((a, b) => (platformOf(a) < platformOf(b) ? -1 : 1));
  const artifactType = typeOf(manifests);
  const { artifactType: _, manifests: __, ...rest } = before ?? {};
  const document = { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, ...(artifactType && { artifactType }), manifests, ...rest };
  const bytes = new TextEncoder().encode(JSON.stringify({ ...document, schemaVersion: 2, mediaType: OCI_IMAGE_INDEX }));
  const index: StoredManifest = { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
  await target.putManifest(index, { ...options, listed: true });
  return index.descriptor;
}

async function readIndex(
  target: ContentTarget,
  tag: NonNullable<PutManifestOptions["tags"]>[number],
  { signal }: PutManifestOptions,
): Promise<Index | undefined> {
  let found: StoredManifest;
  try {
    found = await target.manifest(tag, signal === undefined ? {} : { signal });
  } catch (error) {
    if (isClientError(error, "not-found")) return undefined;
    throw error;
  }
  if (manifestKind(found.descriptor.mediaType) !== "index") {
    throw new ClientError("refused", `${target.name}:${tag} is for no platform: push to another tag, or without a platform to replace it`);
  }
  return indexSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
}

function platformOf({ platform }: Descriptor): string {
  return platform ? formatPlatform(platform) : "";
}

/** The type that all entries have, if they have one. */
function typeOf(manifests: readonly Descriptor[]): string | undefined {
  const types = new Set(manifests.map(({ artifactType }) => artifactType));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}
