import type { ManifestInfo } from "../../api/tags.ts";
import { consumeCommand } from "../../artifacts/consume.ts";
import { summarizeContent } from "../../artifacts/content-summary.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { descriptorDocument } from "../../packages/descriptor.ts";
import { readLinked } from "../../registry/read-linked.ts";
import type { Edge, ManifestStore } from "../../storage/metadata/manifests.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { formatTime } from "./time.ts";

/** Tags of one manifest that are named at most. */
const TAGS = 100;

/**
 * What an artifact says about itself, and how to use it.
 * @param host name of this registry in references, with the port where it is needed
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function manifestInfo(
  { metadata, content, types }: Catalog<"blobs" | "manifests" | "tags" | "repositories">,
  name: RepositoryName,
  reference: string,
  host: string,
): Promise<ManifestInfo> {
  const { manifest, tag } = await findManifest(metadata, name, reference);
  const tags = await metadata.tags.listOf(name, manifest.digest, TAGS);
  const known = manifest.type === undefined ? undefined : types().find(manifest.type);
  const named = tag ?? tags[0];
  const place = { registry: host, repository: name, digest: manifest.digest, ...(named !== undefined && { tag: named }) };
  const summary = await summarizeContent(await metadata.manifests.edges(name, manifest.digest), {
    edges: (child) => edgesOf(metadata.manifests, name, child),
    read: (config, limit) => readLinked({ content, metadata }, name, config, limit),
  });
  return {
    name,
    descriptor: descriptorDocument(manifest),
    contentType: manifest.type ?? null,
    typeTitle: known?.title ?? null,
    consume: (known?.consume && consumeCommand(known.consume, place)) ?? null,
    tags,
    subject: manifest.subject ?? null,
    annotations: manifest.annotations,
    labels: manifest.labels,
    title: manifest.title ?? null,
    description: manifest.description ?? null,
    platforms: [...manifest.platforms],
    ...summary,
    referrers: manifest.referrers,
    signed: manifest.signed,
    pushed: formatTime(manifest.pushedAt),
    pushedBy: manifest.pushedBy,
    problem: manifest.problem ?? null,
  };
}

/** Undefined where the repository does not have that manifest: an index may name what was never pushed. */
async function edgesOf(manifests: ManifestStore, name: RepositoryName, digest: Digest): Promise<readonly Edge[] | undefined> {
  const edges = await manifests.edges(name, digest);
  return edges.length > 0 || (await manifests.summary(name, digest)) !== undefined ? edges : undefined;
}
