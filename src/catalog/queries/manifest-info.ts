import type { ManifestInfo } from "../../api/tags.ts";
import { consumeCommand } from "../../artifacts/consume.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { descriptorOf } from "./tag-document.ts";
import { formatTime } from "./time.ts";

/** Tags of one manifest that are named at most. */
const TAGS = 100;

/**
 * What an artifact says about itself, and how to use it.
 * @param host name of this registry in references, with the port where it is needed
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function manifestInfo({ metadata, types }: Catalog, name: RepositoryName, reference: string, host: string): Promise<ManifestInfo> {
  const { manifest, tag } = await findManifest(metadata, name, reference);
  const tags = await metadata.tagsOf(name, manifest.digest, TAGS);
  const known = manifest.type === undefined ? undefined : types().find(manifest.type);
  const named = tag ?? tags[0];
  const place = { registry: host, repository: name, digest: manifest.digest, ...(named !== undefined && { tag: named }) };
  return {
    name,
    descriptor: descriptorOf(manifest),
    contentType: manifest.type ?? null,
    typeTitle: known?.title ?? null,
    consume: known?.consume === undefined ? null : consumeCommand(known.consume, place),
    tags,
    subject: manifest.subject ?? null,
    annotations: manifest.annotations,
    labels: manifest.labels,
    title: manifest.title ?? null,
    description: manifest.description ?? null,
    platforms: [...manifest.platforms],
    referrers: manifest.referrers,
    signed: manifest.signed,
    pushed: formatTime(manifest.pushedAt),
    pushedBy: manifest.pushedBy,
    problem: manifest.problem ?? null,
  };
}
