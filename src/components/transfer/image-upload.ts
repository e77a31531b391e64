import { isClientError } from "../../client/client-error.ts";
import type { ContentSource, ReadOptions } from "../../client/content/content.ts";
import { copyArtifact } from "../../client/copy.ts";
import type { ProgressListener } from "../../client/progress.ts";
import { type Digest, digestEncoded, isDigest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import type { AccessSpec } from "../descriptor/component-descriptor.ts";
import { isArtifactArchive, openArtifactArchive } from "../repository/artifact-set.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import type { ComponentStore } from "../repository/component-store.ts";
import { ARTIFACT_DIGEST } from "../verification/element-digest.ts";
import type { CarriedContent, CarriedElement } from "./carried-content.ts";
import { parseReferenceName } from "./reference-name.ts";

/** An image that gets a repository of its own at the target. */
export interface ImageUpload {
  readonly subject: string;
  readonly repository: RepositoryName;
  readonly tag: Tag | undefined;
  readonly digest: Digest;
  readonly blob: LocalBlob;
  readonly access: AccessSpec;
}

/**
 * How a resource becomes an image of its own. Undefined for what is no OCI artifact, has no name for it, or whose digest is that of the
 * archive that the artifact is in: there it stays a local blob.
 */
export function planUpload({ kind, digest, subject }: CarriedElement, { content, access }: CarriedContent, store: ComponentStore): ImageUpload | undefined {
  const name = parseReferenceName(access.referenceName);
  const root = rootOf(content, digest?.normalisationAlgorithm.replace("Artefact", "Artifact") === ARTIFACT_DIGEST ? digest?.value : undefined);
  if (kind !== "resource" || name === undefined || root === undefined || store.registry === undefined) return undefined;
  const repository = store.repository(name.repository);
  const imageReference = `${store.registry}/${repository}${name.tag === undefined ? "" : `:${name.tag}`}@${root}`;
  return { subject, repository, tag: name.tag, digest: root, blob: content, access: { type: "ociArtifact", imageReference } };
}

function rootOf({ content, mediaType }: LocalBlob, digest: string | undefined): Digest | undefined {
  if (content.kind === "artifact") return content.root.digest;
  const text = `sha256:${digest?.toLowerCase()}`;
  return isArtifactArchive(mediaType) && isDigest(text) ? text : undefined;
}

/** @throws ComponentError `refused` when its tag is that of another image */
export async function checkUpload(store: ComponentStore, { subject, repository, tag, digest }: ImageUpload, options: ReadOptions = {}): Promise<void> {
  if (tag === undefined) return;
  try {
    const { descriptor } = await store.target(repository).manifest(tag, options);
    if (descriptor.digest === digest) return;
  } catch (error) {
    if (isClientError(error, "not-found")) return;
    throw error;
  }
  throw new ComponentError("refused", `${subject}: ${store.registry}/${repository}:${tag} is another image already: --overwrite replaces it`, { subject });
}

export interface UploadOptions extends ReadOptions {
  readonly onProgress?: ProgressListener;
  readonly concurrency?: number;
}

/** Pushes it, its tag last. @throws ClientError; ComponentError `invalid` when it is not the image that its digest says */
export async function uploadImage(store: ComponentStore, upload: ImageUpload, options: UploadOptions = {}): Promise<void> {
  const { blob, digest, repository, tag, subject } = upload;
  const push = async (source: ContentSource) => {
    await copyArtifact({ source, reference: digest }, { target: store.target(repository), tags: tag === undefined ? [] : [tag] }, options);
  };
  if (blob.content.kind === "artifact") return await push(blob.content.source);
  const archive = await openArtifactArchive(blob.open(options), subject);
  try {
    if (archive.root.digest !== digest) {
      throw new ComponentError("invalid", `${subject}: expected the image ${digestEncoded(digest)}, found ${digestEncoded(archive.root.digest)}`, { subject });
    }
    await push(archive.source);
  } finally {
    await archive.close();
  }
}
