import { randomFillSync } from "node:crypto";
import { repositoryContent } from "../../src/client/content/repository-content.ts";
import { bytesOf } from "../../src/client/content/verified.ts";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import type { ComponentDescriptor } from "../../src/components/descriptor/component-descriptor.ts";
import { createComponentRepository } from "../../src/components/repository/create-component-repository.ts";
import { registryStore } from "../../src/components/repository/registry-store.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../../src/oci/media-types.ts";
import type { RepositoryName } from "../../src/oci/name.ts";
import type { Tag } from "../../src/oci/tag.ts";

/** What is transferred. */
export const COMPONENT = { name: "acme.org/bench", version: "1.0.0" } as const;
export const IMAGE = "bench/image" as RepositoryName;
export const SUB_PATH = "bench";

const COUNT = 200;
const SMALLEST = 1024;
const LARGEST = 64 * 2 ** 20;
const TOTAL = 2 ** 30;

/** Nobody compresses these again. */
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

/** 200 sizes from 1 KiB to 64 MiB, 1 GiB in all: most are small, few are large. */
function blobSizes(): readonly number[] {
  let [low, high] = [0.1, 10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sum(sizesOf(middle)) > TOTAL) low = middle;
    else high = middle;
  }
  return sizesOf(high);
}

/** Puts the component version into a registry, and an image whose layers are the same bytes. @param host `127.0.0.1:<port>` */
export async function pushContent(host: string): Promise<void> {
  const client = createRegistryClient({ env: {} });
  const repository = createComponentRepository(registryStore(client, { host, subPath: SUB_PATH }));
  const target = repository.store.target(repository.store.repository(`component-descriptors/${COMPONENT.name}`));
  const layers: Descriptor[] = [];
  for (const size of blobSizes()) {
    const bytes = randomFillSync(new Uint8Array(size));
    const descriptor = { mediaType: LAYER, digest: digestOf(bytes), size };
    await target.putBlob({ descriptor, open: () => bytesOf(bytes) });
    layers.push(descriptor);
  }
  const unread = () => {
    throw new Error("the blob is there");
  };
  const blobs = layers.map((descriptor) => ({ kind: "layer" as const, descriptor, open: unread }));
  await repository.put({ descriptor: describe(layers), blobs });
  const image = repositoryContent(client.repository(host, IMAGE));
  for (const layer of layers)
    await image.mountBlob(layer, { registry: host, repository: `${SUB_PATH}/component-descriptors/${COMPONENT.name}` as RepositoryName });
  const json = new TextEncoder().encode(
    JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) } }),
  );
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(json), size: json.length };
  await image.putBlob({ descriptor: config, open: () => bytesOf(json) });
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers }));
  const manifest = { descriptor: { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(bytes), size: bytes.length }, bytes };
  await image.putManifest(manifest, { tags: [COMPONENT.version as Tag] });
}

function sizesOf(power: number): number[] {
  return Array.from({ length: COUNT }, (_, at) => Math.round(SMALLEST * (LARGEST / SMALLEST) ** ((at / (COUNT - 1)) ** power)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function describe(layers: readonly Descriptor[]): ComponentDescriptor {
  const resources = layers.map(({ digest, mediaType }, at) => ({
    ...{ name: `blob-${at}`, version: COMPONENT.version, type: "blob", relation: "local" },
    access: { type: "localBlob", localReference: digest, mediaType },
    digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value: digest.slice("sha256:".length) },
  }));
  const component = { ...COMPONENT, provider: "acme.org", repositoryContexts: [], resources, sources: [], componentReferences: [] };
  return { meta: { schemaVersion: "v2" }, component };
}
