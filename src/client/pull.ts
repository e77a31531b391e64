import { effectiveType } from "../artifacts/effective-type.ts";
import type { Descriptor, Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ParsedManifest } from "../oci/manifest.ts";
import { normalizePlatform } from "../oci/platform.ts";
import type { Tag } from "../oci/tag.ts";
import { ClientError } from "./client-error.ts";
import type { ContentSource, StoredManifest } from "./content/content.ts";
import { parseStored } from "./content/stored-manifest.ts";
import { type FetchOptions, fetchFiles, type PlannedFile, type PulledFile, planFiles } from "./fetch-files.ts";
import { checkDistinct, fileNamesOf } from "./file-names.ts";
import { namesByType } from "./layer-names.ts";
import { layersOf } from "./layers.ts";
import { selectManifest } from "./select-platform.ts";

/** The platform that is meant where an index has several and none is named. */
const DEFAULT_PLATFORM = normalizePlatform({ os: "linux", architecture: process.arch });

export interface PullOptions extends FetchOptions {
  /** Which child of an index. Default: Linux on this machine's architecture, or the only child. */
  readonly platform?: Platform;
  /** The tag that was named beside a digest: files may be called after it. */
  readonly tag?: Tag;
  /** Refuse an artifact for which this is false, before anything is downloaded. Default: every type. */
  readonly acceptType?: (type: string | undefined) => boolean;
  /** Only say what would be downloaded: nothing is written, and of content only manifests are read. */
  readonly dryRun?: boolean;
}

export interface PullResult {
  /** Of the manifest that the files are of. */
  readonly descriptor: Descriptor;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly files: readonly PulledFile[];
  /** Bytes that were downloaded, or would be, without manifests. */
  readonly bytesReceived: number;
}

/**
 * Writes the layers of an artifact as files, named by their titles, else by their digests. All are there and verified before
 * the first one gets its name; no name leads out of the folder.
 * @throws ClientError `refused` for a type that is not accepted
 */
export async function pullArtifact(source: ContentSource, reference: Tag | Digest, options: PullOptions): Promise<PullResult> {
  const { manifest, parsed } = await chooseManifest(source, reference, options);
  const artifactType = effectiveType(parsed);
  const layers = layersOf(manifest);
  const names = fileNamesOf(layers, await namesByType({ source, parsed, artifactType, reference: options.tag ?? reference }, options.signal));
  const plan: PlannedFile[] = layers.map((layer, at) => ({ layer, name: names[at] ?? "" }));
  const files = uniqueFiles(plan);
  checkDistinct(files.map(({ name }) => name));
  const pulled = await (options.dryRun === true ? planFiles(files, options) : fetchFiles(source, files, options));
  const bytesReceived = pulled.reduce((sum, file) => sum + (file.downloaded ? file.size : 0), 0);
  return { descriptor: manifest.descriptor, artifactType, annotations: parsed.annotations, files: pulled, bytesReceived };
}

interface Chosen {
  readonly manifest: StoredManifest;
  readonly parsed: ParsedManifest;
}

/** The manifest whose layers are meant: of an index the child for the platform. Its type is checked before anything else is asked for. */
async function chooseManifest(
  source: ContentSource,
  reference: Tag | Digest,
  { platform, acceptType, signal }: Pick<PullOptions, "platform" | "acceptType" | "signal">,
): Promise<Chosen> {
  const options = signal === undefined ? {} : { signal };
  const name = `${source.name}${reference.includes(":") ? "@" : ":"}${reference}`;
  const manifest = await source.manifest(reference, options);
  const parsed = parseStored(manifest, name);
  if (parsed.kind === "image") {
    const type = effectiveType(parsed);
    if (acceptType !== undefined && !acceptType(type)) throw unwanted(name, type);
    return { manifest, parsed };
  }
  // an index of images has no type of its own: its child then tells
  if (acceptType !== undefined && parsed.artifactType !== undefined && !acceptType(parsed.artifactType)) throw unwanted(name, parsed.artifactType);
  const children = parsed.edges.filter(({ kind }) => kind === "child");
  const [only] = children;
  const digest =
    only !== undefined && children.length === 1 && platform === undefined
      ? only.digest
      : await selectManifest(source, { manifest, parsed }, { wanted: platform ?? DEFAULT_PLATFORM, name, ...options });
  return await chooseManifest(source, digest, { ...(acceptType && { acceptType }), ...options });
}

function unwanted(name: string, type: string | undefined): ClientError {
  return new ClientError("refused", `${name} is of type ${type ?? "(none)"}, which was not asked for: nothing was downloaded`);
}

/** Layers without a title may occur twice; the same content under the same name is one file. */
function uniqueFiles(plan: readonly PlannedFile[]): PlannedFile[] {
  const seen = new Map<string, PlannedFile>();
  for (const file of plan) seen.set(`${file.name} ${file.layer.digest}`, file);
  return [...seen.values()];
}
