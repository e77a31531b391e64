import { createHash } from "node:crypto";
import { parse } from "yaml";
import { type IndependentPlace, openIndependently } from "./independent-place.ts";

/** JSON as it was read. */
export type Tree = { readonly [key: string]: unknown };

export interface ReadElement {
  readonly kind: "resource" | "source";
  readonly element: Tree;
  /** Undefined for content that is elsewhere; of an OCI artifact that is stored natively its manifest. */
  readonly bytes: Uint8Array | undefined;
  readonly isNative: boolean;
}

export interface ReadComponent {
  readonly descriptor: Tree;
  readonly component: Tree;
  readonly layout: "manifest" | "index";
  readonly descriptorMediaType: string;
  readonly elements: readonly ReadElement[];
}

const INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * Reads a component version by what the formats say, without the product's own code, and verifies every blob on the way: config and layers,
 * local blobs, and all below an OCI artifact.
 * @param place `http://host[/path]`, or the path of an archive
 */
export async function readIndependently(place: string, name: string, version: string): Promise<ReadComponent> {
  const opened = openIndependently(place);
  try {
    return await readComponent(opened, name, version);
  } finally {
    opened.close();
  }
}

async function readComponent(place: IndependentPlace, name: string, version: string): Promise<ReadComponent> {
  const repository = `component-descriptors/${name}`;
  const root = json(await place.manifest(repository, version.replace("+", ".build-")));
  const isIndex = root.mediaType === INDEX;
  const [main, ...artifacts] = isIndex ? list(root.manifests) : [];
  const manifest = main === undefined ? root : json(await verified(place.manifest(repository, text(main.digest)), text(main.digest)));
  const blob = (digest: string) => verified(place.blob(repository, digest), digest);
  const config = tree(manifest.config);
  if (config.mediaType !== "application/vnd.ocm.software.component.config.v1+json") throw new Error(`unexpected config ${config.mediaType}`);
  const layer = tree(json(await blob(text(config.digest))).componentDescriptorLayer);
  if (list(manifest.layers)[0]?.digest !== layer.digest) throw new Error("the descriptor is not the first layer");
  const descriptor = readDescriptor(await blob(text(layer.digest)), text(layer.mediaType));
  const component = tree(descriptor.component);
  if (component.name !== name || component.version !== version) throw new Error(`found ${component.name}:${component.version}`);
  const elements: ReadElement[] = [];
  for (const [kind, key] of [
    ["resource", "resources"],
    ["source", "sources"],
  ] as const) {
    for (const element of list(component[key])) {
      const access = tree(element.access);
      if (!/^localBlob/i.test(text(access.type))) {
        elements.push({ kind, element, bytes: undefined, isNative: false });
        continue;
      }
      const parts = text(access.localReference ?? String(access.localAccess).replace("digest: ", "")).split(",");
      const native = artifacts.find(({ digest }) => digest === parts[0]);
      const missing = native === undefined ? parts.find((part) => !list(manifest.layers).some(({ digest }) => digest === part)) : undefined;
      if (missing !== undefined) throw new Error(`${element.name}: ${missing} is no layer`);
      const bytes = native === undefined ? Buffer.concat(await Promise.all(parts.map(blob))) : await readArtifact(place, repository, text(native.digest));
      elements.push({ kind, element, bytes, isNative: native !== undefined });
    }
  }
  return { descriptor, component, layout: isIndex ? "index" : "manifest", descriptorMediaType: text(layer.mediaType), elements };
}

/** All parts of an artifact are there. Gives its manifest. */
async function readArtifact(place: IndependentPlace, repository: string, digest: string): Promise<Uint8Array> {
  const bytes = await verified(place.manifest(repository, digest), digest);
  const { config, layers, manifests } = json(bytes);
  for (const child of list(manifests)) await readArtifact(place, repository, text(child.digest));
  for (const part of [...(config === undefined ? [] : [tree(config)]), ...list(layers)]) {
    await verified(place.blob(repository, text(part.digest)), text(part.digest));
  }
  return bytes;
}

function readDescriptor(bytes: Uint8Array, mediaType: string): Tree {
  const content = mediaType.endsWith("+tar") ? untar(bytes) : new TextDecoder().decode(bytes);
  return tree(mediaType.includes("json") ? JSON.parse(content) : parse(content, { schema: "core" }));
}

function untar(bytes: Uint8Array): string {
  const { exitCode, stdout } = Bun.spawnSync(["tar", "-xOf", "-", "component-descriptor.yaml"], { stdin: bytes, timeout: 50_000 });
  if (exitCode !== 0) throw new Error("the descriptor is no tar with component-descriptor.yaml");
  return stdout.toString();
}

async function verified(reading: Promise<Uint8Array>, digest: string): Promise<Uint8Array> {
  const bytes = await reading;
  const actual = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (actual !== digest) throw new Error(`expected ${digest}, found ${actual}`);
  return bytes;
}

function json(bytes: Uint8Array): Tree {
  return tree(JSON.parse(new TextDecoder().decode(bytes)));
}

export function tree(value: unknown): Tree {
  if (typeof value !== "object" || value === null) throw new Error(`expected an object, found ${JSON.stringify(value)}`);
  return value as Tree;
}

export function list(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`expected a text, found ${JSON.stringify(value)}`);
  return value;
}
