import { layerFileName } from "../artifacts/layer-file-name.ts";
import { hasFileName } from "../artifacts/well-known/file-names.ts";
import type { Digest } from "../oci/digest.ts";
import { digestEncoded, isDigest } from "../oci/digest.ts";
import type { ParsedManifest } from "../oci/manifest.ts";
import { check, fields, text } from "../oci/shape.ts";
import type { Tag } from "../oci/tag.ts";
import { versionText } from "../oci/version.ts";
import type { ContentSource } from "./content/content.ts";
import { collect } from "./content/verified.ts";
import type { NameOfLayer } from "./file-names.ts";

/** Bytes of a config that is read for a name. */
const CONFIG_LIMIT = 1024 * 1024;

const VERSION_ANNOTATION = "org.opencontainers.image.version";

/** What may stand in the name of a file as it is. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/;

const metadataShape = fields({ name: text, version: text });

export interface NamedArtifact {
  readonly source: ContentSource;
  readonly parsed: ParsedManifest;
  readonly artifactType: string | undefined;
  /** As it was asked for. */
  readonly reference: Tag | Digest;
}

/**
 * How the layers of an artifact are called that have no titles: as its well-known type says. The name is that of the repository, the
 * version that of the tag, as `helm pull` has it; without a tag what the artifact says of itself, in an annotation or its config.
 */
export async function namesByType({ source, parsed, artifactType, reference }: NamedArtifact, signal: AbortSignal | undefined): Promise<NameOfLayer> {
  // most are images, whose layers no type names: what knows all types is loaded for the others
  if (artifactType === undefined || !parsed.edges.some(({ kind, mediaType }) => kind === "layer" && hasFileName(mediaType))) return () => undefined;
  const { createTypeTable } = await import("../artifacts/type-table.ts");
  const type = createTypeTable().find(artifactType);
  if (type === undefined || Object.keys(type.fileNames).length === 0) return () => undefined;
  const own = isDigest(reference) ? await ownNames(source, parsed, signal) : undefined;
  const tag = isDigest(reference) ? undefined : versionText(reference);
  const repository = source.location?.repository.split("/").at(-1);
  const name = repository ?? own?.name ?? type.icon;
  const version = tag ?? own?.version ?? (isDigest(reference) ? digestEncoded(reference).slice(0, 12) : reference);
  return ({ mediaType }) => layerFileName(type, mediaType, { name, version });
}

/** What a chart, or another artifact with such a config, is called by its author. */
async function ownNames(source: ContentSource, { annotations, edges }: ParsedManifest, signal: AbortSignal | undefined) {
  const annotated = annotations[VERSION_ANNOTATION];
  if (annotated !== undefined && PLAIN.test(annotated)) return { name: undefined, version: annotated };
  const config = edges.find(({ kind }) => kind === "config");
  if (config === undefined || config.size > CONFIG_LIMIT || !/\bjson\b/.test(config.mediaType)) return undefined;
  const bytes = await collect(source.blob({ mediaType: config.mediaType, digest: config.digest, size: config.size }, signal === undefined ? {} : { signal }));
  const { value } = check(metadataShape, parseJson(bytes));
  return value !== undefined && PLAIN.test(value.name) && PLAIN.test(value.version) ? value : undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
