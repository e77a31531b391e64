import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR } from "../../oci/media-types.ts";
import { parseTag } from "../../oci/tag.ts";
import type { ContentTarget, StoredManifest } from "../content/content.ts";
import { bytesOf } from "../content/verified.ts";

/** Runs a test with a folder of its own. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "opm-client-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function putBlob(target: ContentTarget, text: string, mediaType = OCI_LAYER_TAR): Promise<Descriptor> {
  const bytes = new TextEncoder().encode(text);
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  if (!(await target.hasBlob(descriptor))) await target.putBlob({ descriptor, open: () => bytesOf(bytes) });
  return descriptor;
}

export function manifestOf(document: Readonly<Record<string, unknown>>): StoredManifest {
  const full = { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, ...document };
  const bytes = new TextEncoder().encode(JSON.stringify(full));
  return { descriptor: { mediaType: full.mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

export interface Sample {
  readonly index: StoredManifest;
  /** For linux/amd64 and linux/arm64; they share one of their two layers. */
  readonly images: readonly StoredManifest[];
  /** Refers to the first image. */
  readonly signature: StoredManifest;
}

/** Writes an index of two images and a signature of one of them, tagged `v1`. */
export async function writeSample(target: ContentTarget): Promise<Sample> {
  const shared = await putBlob(target, "shared layer");
  const images: StoredManifest[] = [];
  for (const architecture of ["amd64", "arm64"]) {
    const config = await putBlob(target, JSON.stringify({ os: "linux", architecture }), OCI_IMAGE_CONFIG);
    const image = manifestOf({ config, layers: [shared, await putBlob(target, `layer of ${architecture}`)] });
    await target.putManifest(image);
    images.push(image);
  }
  const children = images.map(({ descriptor }, at) => ({ ...descriptor, platform: { os: "linux", architecture: ["amd64", "arm64"][at] } }));
  const index = manifestOf({ mediaType: OCI_IMAGE_INDEX, manifests: children });
  await target.putManifest(index, { tags: [parseTag("v1")], listed: true });
  const empty = await putBlob(target, "{}", "application/vnd.oci.empty.v1+json");
  const signature = manifestOf({ artifactType: "application/vnd.example.signature.v1", config: empty, layers: [empty], subject: images[0]?.descriptor });
  await target.putManifest(signature, { listed: true });
  return { index, images, signature };
}
