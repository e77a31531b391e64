import { askedNow } from "../../client/content/asked-now.ts";
import type { ContentSource, ContentTarget } from "../../client/content/content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { VerifiedFilesOptions } from "../../client/verified-files/verified-files.ts";
import type { Digest } from "../../oci/digest.ts";
import { DEFAULT_TAG, formatImageReference, type ImageReference, manifestReferenceOf } from "../../oci/image-reference.ts";
import type { Tag } from "../../oci/tag.ts";
import type { ContentLocation, LayoutLocation } from "../arguments/content-location.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

export interface OpenSource {
  readonly source: ContentSource;
  readonly reference: Tag | Digest;
  /** The tag that it has there, where it was named by one. */
  readonly tag: Tag | undefined;
}

/**
 * Opens what a copy reads, and reads its manifest: nothing is begun at the target for what is not there. Without tag and digest
 * a registry gives `latest`, a layout its only artifact.
 */
export async function openSource(location: ContentLocation, client: RegistryClient, signal: AbortSignal): Promise<OpenSource> {
  const opened = location.kind === "registry" ? await openRepository(location.reference, client) : await openLayout(location);
  const { reference } = opened;
  const source = askedNow(opened.source, reference, { signal });
  await source.manifest(reference);
  return { ...opened, source };
}

async function openRepository(reference: ImageReference, client: RegistryClient): Promise<OpenSource> {
  const { repositoryContent } = await import("../../client/content/repository-content.ts");
  const source = repositoryContent(client.repository(reference.registry, reference.repository));
  const tag = reference.tag ?? (reference.digest === undefined ? DEFAULT_TAG : undefined);
  return { source, reference: manifestReferenceOf(reference), tag };
}

async function openLayout({ kind, path, tag, digest }: LayoutLocation): Promise<OpenSource> {
  const { soleReference } = await import("../../client/content/layout-reader.ts");
  const source = kind === "folder" ? await openFolder(path) : await openArchive(path);
  const reference = digest ?? tag ?? (await soleReference(source.files));
  const tags = await source.tags();
  const [only] = tags;
  const implied = digest === undefined && tags.length === 1 ? only : undefined;
  return { source, reference, tag: tag ?? tags.find((each) => each === reference) ?? implied };
}

async function openFolder(path: string) {
  return (await import("../../client/content/layout-folder.ts")).openLayoutFolder(path);
}

async function openArchive(path: string) {
  return (await import("../../client/content/layout-archive.ts")).openLayoutArchive(path);
}

export interface OpenTarget {
  readonly target: ContentTarget;
  readonly tags: readonly Tag[];
  /** Gives up what a failure left half done. */
  discard(): Promise<void>;
}

export interface OpenTargetOptions extends VerifiedFilesOptions {
  /** Taken over from the source where the target names none. */
  readonly tag: Tag | undefined;
}

/** Opens where a copy writes. */
export async function openTarget(location: ContentLocation, client: RegistryClient, { tag, ...verified }: OpenTargetOptions): Promise<OpenTarget> {
  const named = location.kind === "registry" ? location.reference : location;
  if (named.digest !== undefined) throw new CliError(EXIT.invalid, "the digest of a copy is that of its content: name the target by a tag, or without one");
  const chosen = named.tag ?? tag;
  const tags = chosen === undefined ? [] : [chosen];
  if (location.kind === "archive") {
    const target = await (await import("../../client/content/layout-archive-target.ts")).openLayoutArchiveTarget(location.path);
    return { target, tags, discard: () => target.discard() };
  }
  return { target: await openTargetAt(location, client, verified), tags, discard: async () => {} };
}

async function openTargetAt(location: ContentLocation, client: RegistryClient, verified: VerifiedFilesOptions): Promise<ContentTarget> {
  if (location.kind !== "registry") return (await import("../../client/content/layout-folder.ts")).openLayoutFolderTarget(location.path, verified);
  const { repositoryContent } = await import("../../client/content/repository-content.ts");
  return repositoryContent(client.repository(location.reference.registry, location.reference.repository));
}

/** A location together with what is there now, as it can be given to a command again. */
export function formatLocation(location: ContentLocation, { tags, digest }: { readonly tags: readonly Tag[]; readonly digest: Digest }): string {
  const [tag] = tags;
  if (location.kind === "registry") return formatImageReference({ ...location.reference, tag, digest });
  const prefix = location.kind === "folder" ? "oci" : "oci-archive";
  return `${prefix}:${location.path}${tag === undefined ? "" : `:${tag}`}@${digest}`;
}
