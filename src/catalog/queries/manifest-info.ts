import type { ManifestInfo } from "../../api/tags.ts";
import type { ArtifactType } from "../../artifacts/artifact-type.ts";
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
  return {
    name,
    descriptor: descriptorOf(manifest),
    contentType: manifest.type ?? null,
    typeTitle: known?.title ?? null,
    consume: consumeCommand(known, { host, name, tag: tag ?? tags[0], digest: manifest.digest }),
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

interface Place {
  readonly host: string;
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string;
}

/** The command of a type with its places filled in; null where there is none, or it takes a tag and there is none. */
function consumeCommand(type: ArtifactType | undefined, { host, name, tag, digest }: Place): string | null {
  if (type?.consume === undefined || (tag === undefined && type.consume.includes("{tag}"))) return null;
  const values: Readonly<Record<string, string | undefined>> = {
    reference: tag === undefined ? `${host}/${name}@${digest}` : `${host}/${name}:${tag}`,
    name: `${host}/${name}`,
    registry: host,
    repository: name,
    tag,
  };
  return type.consume.replaceAll(/\{(\w+)\}/g, (place, key: string) => values[key] ?? place);
}
