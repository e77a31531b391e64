import type { RegistryClient } from "../../src/client/registry-client.ts";
import { fallbackTag } from "../../src/client/remote/referrers.ts";
import type { RepositoryClient } from "../../src/client/remote/repository-client.ts";
import { type Digest, parseDigest } from "../../src/oci/digest.ts";
import { DOCKER_IMAGE_CONFIG, DOCKER_MANIFEST } from "../../src/oci/media-types.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { parseTag } from "../../src/oci/tag.ts";
import { blobOf, type Content, configBlob, emptyBlob, imageOf, indexOf, type ManifestContent, randomBlob, referrerOf } from "../support/content.ts";

/** What a registry was filled with. */
export interface SampleRegistry {
  /** Every tag with its digest, as `name:tag`. */
  readonly tags: ReadonlyMap<string, string>;
  /** An index, and an artifact that refers to it. */
  readonly index: ManifestContent;
  readonly referrer: ManifestContent;
  /** Layers that `team/app` and `team/base` have in common. */
  readonly shared: Content;
}

/** Manifests that have five tags each in `team/app`. */
const TAGS_EACH = 5;

/** Fills a registry with what people keep in one: versions, platforms, a chart, an image of docker, signatures, an SBOM. */
export async function fillRegistry(client: RegistryClient, registry: string, { versions = 4 } = {}): Promise<SampleRegistry> {
  const tags = new Map<string, string>();
  const open = (name: string) => repository(client.repository(registry, parseRepositoryName(name)), tags);
  const [app, base, multi, charts, docker] = ["team/app", "team/base", "team/multi", "charts/shop", "old/docker"].map(open) as [
    Pusher,
    Pusher,
    Pusher,
    Pusher,
    Pusher,
  ];
  const shared = randomBlob(100_000);
  const config = configBlob();
  for (const pusher of [app, base]) await pusher.blobs(shared, config);
  await base.manifest(imageOf(config, [shared]), "1");

  const manifests = Array.from({ length: versions }, (_, at) => imageOf(config, [shared], { annotations: { version: `1.${at}.0` } }));
  for (const [at, manifest] of manifests.entries()) {
    await Promise.all(Array.from({ length: TAGS_EACH }, (_, tag) => app.manifest(manifest, `1.${at}.${tag}`)));
  }

  const children = [configBlob(), configBlob()].map((each) => ({ config: each, layer: randomBlob(1000) }));
  await multi.blobs(emptyBlob(), ...children.flatMap(({ config: own, layer }) => [own, layer]));
  const images = children.map(({ config: own, layer }) => imageOf(own, [layer]));
  for (const image of images) await multi.manifest(image);
  const inner = indexOf(images);
  await multi.manifest(inner);
  const index = indexOf([inner, ...images.slice(0, 1)]);
  await multi.manifest(index, "2.0.0", "latest");
  const referrer = referrerOf(index, "application/spdx+json");
  await multi.manifest(referrer);
  const more = { mediaType: referrer.mediaType, artifactType: "application/spdx+json" };
  const fallback = indexOf([], { manifests: [{ ...more, digest: referrer.digest, size: referrer.bytes.length }] });
  await multi.manifest(fallback, fallbackTag(parseDigest(index.digest)));
  const payload = blobOf(`{"critical":{"image":{"docker-manifest-digest":"${index.digest}"}}}`, {
    mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
  });
  await multi.blobs(payload, config);
  const signed = index.digest.replace(":", "-");
  await multi.manifest(imageOf(config, [payload]), `${signed}.sig`);
  await multi.manifest(imageOf(config, [payload], { annotations: { kind: "attestation" } }), `${signed}.att`);

  const chart = blobOf(crypto.getRandomValues(new Uint8Array(500)), { mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip" });
  const chartConfig = blobOf('{"name":"shop","version":"0.1.0"}', { mediaType: "application/vnd.cncf.helm.config.v1+json" });
  await charts.blobs(chart, chartConfig);
  await charts.manifest(imageOf(chartConfig, [chart]), "0.1.0");

  const old = blobOf('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}', { mediaType: DOCKER_IMAGE_CONFIG });
  const oldLayer = randomBlob(300, { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" });
  await docker.blobs(old, oldLayer);
  await docker.manifest(imageOf(old, [oldLayer], { mediaType: DOCKER_MANIFEST }), "7");
  return { tags, index, referrer, shared };
}

type Pusher = ReturnType<typeof repository>;

function repository(client: RepositoryClient, tags: Map<string, string>) {
  return {
    async blobs(...blobs: readonly Content[]) {
      for (const { digest, mediaType, bytes } of blobs) {
        const descriptor = { digest: parseDigest(digest), mediaType, size: bytes.length };
        await client.pushBlob({ descriptor, open: () => streamOf(bytes) });
      }
    },
    async manifest({ digest, mediaType, bytes }: ManifestContent, ...names: readonly string[]): Promise<Digest> {
      const descriptor = { digest: parseDigest(digest), mediaType, size: bytes.length };
      await client.putManifest({ descriptor, bytes }, { tags: names.map(parseTag) });
      for (const name of names) tags.set(`${client.repository}:${name}`, digest);
      return descriptor.digest;
    },
  };
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
