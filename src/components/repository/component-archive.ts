import { ClientError } from "../../client/client-error.ts";
import type { ContentSource, StoredManifest } from "../../client/content/content.ts";
import { bytesOf, verified } from "../../client/content/verified.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import { DESCRIPTOR_YAML } from "../descriptor/descriptor-media-type.ts";
import { parseDescriptor } from "../descriptor/parse-descriptor.ts";
import type { ComponentArchiveFiles } from "./component-archive-files.ts";
import { configBytes } from "./component-manifests.ts";
import { ANNOTATION, COMPONENT_CONFIG } from "./component-media-type.ts";
import type { ComponentStore } from "./component-store.ts";
import { isLocalBlob, localReference, partDigest } from "./local-reference.ts";
import { componentRepository, componentTag } from "./oci-mapping.ts";

/**
 * The older archive of one component version, to read from: the descriptor and a folder of blobs. It is shown as the manifest that it would
 * be in a registry.
 * @param path as the user wrote it
 * @throws ComponentError `invalid` when its descriptor is wrong
 */
export async function componentArchiveStore(
  files: ComponentArchiveFiles,
  { path, name }: { readonly path: string; readonly name: string },
): Promise<ComponentStore> {
  const { descriptor } = parseDescriptor(files.descriptor, DESCRIPTOR_YAML, `the descriptor of ${name}`);
  let reading: Promise<Contents> | undefined;
  const contents = () => (reading ??= readContents(files, descriptor));
  const store: ComponentStore = {
    name,
    kind: "component-archive",
    spec: { type: "ComponentArchive/v1", filePath: path },
    repository: parseRepositoryName,
    source: (repository) => archiveSource(files, { repository, name, isHere: repository === home, tag, contents }),
    target() {
      throw new ComponentError("refused", `${name} is a component archive, which can only be read: transfer its content to a repository`);
    },
    async *repositories() {
      yield home;
    },
    close: () => files.close(),
    discard: () => files.close(),
  };
  const home = componentRepository(store, descriptor.component.name);
  const tag = componentTag(descriptor.component.version);
  return store;
}

interface Contents {
  readonly manifest: StoredManifest;
  /** Config and descriptor. */
  readonly inMemory: ReadonlyMap<Digest, Uint8Array>;
  /** Names of files. */
  readonly blobs: ReadonlyMap<Digest, string>;
}

interface ArchivePlace {
  readonly name: string;
  readonly repository: RepositoryName;
  readonly tag: Tag;
  /** False for a repository that the archive does not have. */
  readonly isHere: boolean;
  readonly contents: () => Promise<Contents>;
}

function archiveSource(files: ComponentArchiveFiles, { name, repository, tag, isHere, contents }: ArchivePlace): ContentSource {
  const notFound = (reference: string) => new ClientError("not-found", `cannot read ${name}//${repository}@${reference}: not found`);
  return {
    name: `${name}//${repository}`,
    async manifest(reference) {
      if (!isHere) throw notFound(reference);
      const { manifest } = await contents();
      if (reference === tag || reference === manifest.descriptor.digest) return manifest;
      throw notFound(reference);
    },
    async *blob(blob, options) {
      const { inMemory, blobs } = await contents();
      const bytes = inMemory.get(blob.digest);
      const file = blobs.get(blob.digest);
      if (bytes === undefined && file === undefined) throw notFound(blob.digest);
      const stream = bytes === undefined ? files.open(file ?? "", options) : bytesOf(bytes);
      yield* verified(stream, blob, `${name}: ${file ?? blob.digest}`);
    },
    referrers: async () => [],
    tags: async () => (isHere ? [tag] : []),
    close: async () => {},
  };
}

async function readContents(files: ComponentArchiveFiles, descriptor: ComponentDescriptor): Promise<Contents> {
  const layer = { mediaType: DESCRIPTOR_YAML, digest: digestOf(files.descriptor), size: files.descriptor.length };
  const config = configBytes(layer);
  const { resources, sources } = descriptor.component;
  const accesses = [...resources, ...sources].map(({ access }) => access).filter(isLocalBlob);
  const named = new Map<string, string>();
  for (const access of accesses) {
    for (const part of localReference(access)?.split(",") ?? [])
      named.set(part.trim(), typeof access.mediaType === "string" ? access.mediaType : "application/octet-stream");
  }
  const layers: Descriptor[] = [];
  const blobs = new Map<Digest, string>();
  for (const [reference, mediaType] of named) {
    const file = fileOf(files, reference);
    if (file === undefined) continue;
    const digest = partDigest(file) ?? (await digestOfBlob(files, file));
    blobs.set(digest, file);
    layers.push({ mediaType, digest, size: files.blobs.get(file) ?? 0, annotations: { [ANNOTATION.title]: reference } });
  }
  const inMemory = new Map([
    [layer.digest, files.descriptor],
    [digestOf(config), config],
  ]);
  return { manifest: manifestOf({ mediaType: COMPONENT_CONFIG, digest: digestOf(config), size: config.length }, [layer, ...layers]), inMemory, blobs };
}

/** By name, or by the name that a digest has as a file. */
function fileOf({ blobs }: ComponentArchiveFiles, reference: string): string | undefined {
  return [reference, reference.replace(":", ".")].find((name) => blobs.has(name));
}

async function digestOfBlob(files: ComponentArchiveFiles, file: string): Promise<Digest> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const piece of files.open(file)) hasher.update(piece);
  return `sha256:${hasher.digest("hex")}` as Digest;
}

function manifestOf(config: Descriptor, layers: readonly Descriptor[]): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers }));
  return { descriptor: { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(bytes), size: bytes.length }, bytes };
}
