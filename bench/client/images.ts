import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const PLATFORMS = ["amd64", "arm64"] as const;

const KIB = 1024;
const MIB = 2 ** 20;

/** Bytes of the layers of each platform, before they are compressed; the contents are random and do not get smaller. */
const LAYERS = {
  large: [64 * MIB, 16 * MIB, 4 * MIB, MIB],
  small: [64 * KIB, 16 * KIB, 4 * KIB, KIB],
} as const;

export type ImageSize = keyof typeof LAYERS;

export interface BenchImage {
  readonly tag: string;
  /** Bytes of all content of one platform, and of all platforms. */
  readonly bytes: { readonly one: number; readonly all: number };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

/**
 * Writes an OCI layout with two versions of an image for two platforms; the second differs in one layer of each platform
 * (4 MiB of a large image, 4 KiB of a small one).
 */
export function writeVersions(folder: string, size: ImageSize): readonly [BenchImage, BenchImage] {
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  const layers = PLATFORMS.map(() => LAYERS[size].map((bytes) => putLayer(folder, bytes)));
  const changed = layers.map((each) => each.map((layer, at) => (at === 2 ? putLayer(folder, LAYERS[size][at] ?? 0) : layer)));
  const versions = [putImage(folder, `${size}-1`, layers), putImage(folder, `${size}-2`, changed)] as const;
  const entries = versions.map(({ index, image }) => ({ ...index, annotations: { "org.opencontainers.image.ref.name": image.tag } }));
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: entries }));
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return [versions[0].image, versions[1].image];
}

function putImage(folder: string, tag: string, platforms: readonly (readonly Layer[])[]): { readonly image: BenchImage; readonly index: Descriptor } {
  const children = platforms.map((layers, at) => {
    const architecture = PLATFORMS[at] ?? "";
    const rootfs = { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) };
    const config = putJson(folder, CONFIG, { architecture, os: "linux", config: {}, rootfs, author: tag });
    const manifest = putJson(folder, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: layers.map(({ descriptor }) => descriptor) });
    const bytes = [config, manifest, ...layers.map(({ descriptor }) => descriptor)].reduce((sum, each) => sum + each.size, 0);
    return { manifest: { ...manifest, platform: { os: "linux", architecture } }, bytes };
  });
  const index = putJson(folder, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests: children.map(({ manifest }) => manifest) });
  const all = children.reduce((sum, { bytes }) => sum + bytes, index.size);
  return { image: { tag, bytes: { one: index.size + (children[0]?.bytes ?? 0), all } }, index };
}

function putLayer(folder: string, bytes: number): Layer {
  const content = randomFillSync(Buffer.alloc(bytes));
  const descriptor = put(folder, LAYER, Bun.gzipSync(content, { level: 1 }));
  return { descriptor, diffId: `sha256:${sha256(content)}` };
}

function putJson(folder: string, mediaType: string, value: unknown): Descriptor {
  return put(folder, mediaType, Buffer.from(JSON.stringify(value)));
}

function put(folder: string, mediaType: string, bytes: Uint8Array): Descriptor {
  const encoded = sha256(bytes);
  writeFileSync(join(folder, "blobs", "sha256", encoded), bytes);
  return { mediaType, digest: `sha256:${encoded}`, size: bytes.length };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
