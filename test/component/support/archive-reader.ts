import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { readTar } from "./tar.ts";

/** A JSON object of any shape. */
export interface Tree {
  readonly [key: string]: unknown;
}

interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Tree;
  readonly artifactType?: string;
}

interface Manifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A component version of an archive, as its files have it. */
export interface ReadVersion {
  readonly descriptor: Tree;
  readonly layout: "A" | "B";
  readonly manifest: Manifest;
  /** Layout B: what is stored natively, without the manifest of the descriptor. */
  readonly artifacts: readonly OciDescriptor[];
  /** Annotations of what the tag names. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Bytes that a digest names. */
  blob(digest: string): Buffer;
}

const DESCRIPTOR = "application/vnd.ocm.software.component-descriptor.v2";
const CONFIG = "application/vnd.ocm.software.component.config.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * Reads every component version of a common transport archive in a folder, tar or tgz, by `name:version`. It stands in for other tools: it
 * knows the format and nothing of the product's code.
 * @throws Error for anything that is not as the format has it: a wrong digest or size, a missing blob, a field too many
 */
export function readArchive(path: string): ReadonlyMap<string, ReadVersion> {
  const files = filesOf(path);
  const index = json(files.get("artifact-index.json"));
  expectKeys(index, ["schemaVersion", "artifacts"], "artifact-index.json");
  if (index.schemaVersion !== 1 || !Array.isArray(index.artifacts)) throw new Error("artifact-index.json is of another version");
  const blob = (digest: string, size?: number): Buffer => {
    const content = files.get(`blobs/${digest.replace(":", ".")}`);
    if (content === undefined) throw new Error(`there is no blob ${digest}`);
    if (`sha256:${createHash("sha256").update(content).digest("hex")}` !== digest) throw new Error(`${digest} is not what it is called`);
    if (size !== undefined && content.length !== size) throw new Error(`${digest} has ${content.length} bytes, not ${size}`);
    return content;
  };
  const versions = new Map<string, ReadVersion>();
  for (const artifact of index.artifacts as Tree[]) {
    for (const key of Object.keys(artifact)) if (!["repository", "tag", "digest", "mediaType"].includes(key)) throw new Error(`unknown field ${key}`);
    const [, name] = /^component-descriptors\/(.+)$/.exec(String(artifact.repository)) ?? [];
    if (name === undefined || artifact.tag === undefined) continue;
    const version = readVersion(String(artifact.digest), String(artifact.mediaType), blob);
    const component = version.descriptor.component as Tree;
    if (component.name !== name || String(component.version).replace("+", ".build-") !== artifact.tag)
      throw new Error(`${name}:${artifact.tag} is another component`);
    versions.set(`${name}:${component.version}`, version);
  }
  return versions;
}

type ReadBlob = (digest: string, size?: number) => Buffer;

function readVersion(digest: string, mediaType: string, blob: ReadBlob): ReadVersion {
  const top = json(blob(digest));
  if (top.mediaType !== mediaType) throw new Error(`${digest} is of type ${top.mediaType}, not ${mediaType}`);
  const entries = mediaType === INDEX ? (top.manifests as readonly OciDescriptor[]) : [];
  const [first, ...artifacts] = entries;
  const manifest = (first === undefined ? top : json(blob(first.digest, first.size))) as unknown as Manifest;
  if (manifest.config.mediaType !== CONFIG) throw new Error("the config is of another type");
  const named = json(blob(manifest.config.digest, manifest.config.size)).componentDescriptorLayer as OciDescriptor;
  const [layer, ...layers] = manifest.layers;
  if (layer === undefined || layer.digest !== named.digest || layer.size !== named.size) throw new Error("the descriptor is not the first layer");
  for (const each of layers) blob(each.digest, each.size);
  for (const each of artifacts) readArtifact(each, blob);
  const descriptor = readDescriptor(layer, blob);
  checkLocalBlobs(descriptor, [...layers, ...artifacts]);
  const annotations = (top.annotations ?? {}) as Readonly<Record<string, string>>;
  return { descriptor, layout: first === undefined ? "A" : "B", manifest, artifacts, annotations, blob };
}

function readDescriptor({ mediaType, digest, size }: OciDescriptor, blob: ReadBlob): Tree {
  const bytes = blob(digest, size);
  if (mediaType === `${DESCRIPTOR}+json`) return json(bytes);
  if (mediaType !== `${DESCRIPTOR}+yaml+tar`) throw new Error(`the descriptor is of type ${mediaType}`);
  const [entry] = readTar(bytes);
  if (entry?.name !== "component-descriptor.yaml") throw new Error("the descriptor's archive has another file");
  return parse(entry.content.toString("utf8"), { schema: "core" });
}

/** Every local blob is a layer or an entry of the index. */
function checkLocalBlobs(descriptor: Tree, stored: readonly OciDescriptor[]): void {
  const component = descriptor.component as { readonly resources?: readonly Tree[] | null; readonly sources?: readonly Tree[] | null };
  for (const { access } of [...(component.resources ?? []), ...(component.sources ?? [])]) {
    const { type, localReference } = access as Tree;
    if (!/^localblob(\/v1)?$/i.test(String(type))) continue;
    if (!stored.some(({ digest }) => digest === localReference)) throw new Error(`the local blob ${localReference} is not stored`);
  }
}

/** An artifact with all its parts. */
function readArtifact({ digest, size }: OciDescriptor, blob: ReadBlob): void {
  const manifest = json(blob(digest, size)) as {
    readonly config?: OciDescriptor;
    readonly layers?: readonly OciDescriptor[];
    readonly manifests?: readonly OciDescriptor[];
  };
  for (const part of [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]) blob(part.digest, part.size);
  for (const child of manifest.manifests ?? []) readArtifact(child, blob);
}

function filesOf(path: string): ReadonlyMap<string, Buffer> {
  if (statSync(path).isDirectory()) {
    const blobs = readdirSync(join(path, "blobs")).map((name) => [`blobs/${name}`, readFileSync(join(path, "blobs", name))] as const);
    return new Map([["artifact-index.json", readFileSync(join(path, "artifact-index.json"))], ...blobs]);
  }
  const bytes = readFileSync(path);
  const entries = readTar(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).filter(({ type }) => type === "0");
  if (entries[0]?.name !== "artifact-index.json") throw new Error("the index is not the first file of the archive");
  return new Map(entries.map(({ name, content }) => [name, content]));
}

function json(bytes: Buffer | undefined): Tree {
  if (bytes === undefined) throw new Error("a file is missing");
  return JSON.parse(bytes.toString("utf8"));
}

function expectKeys(tree: Tree, keys: readonly string[], label: string): void {
  const others = Object.keys(tree).filter((key) => !keys.includes(key));
  if (others.length > 0) throw new Error(`${label} has unknown fields: ${others.join(", ")}`);
}
