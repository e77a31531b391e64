import { OCI_IMAGE_CONFIG } from "../../src/oci/media-types.ts";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import {
  blobOf,
  type Content,
  type Document,
  descriptorOf,
  emptyBlob,
  imageOf,
  indexOf,
  type ManifestContent,
  manifestOf,
  referrerOf,
} from "../support/content.ts";
import type { RegistryClient } from "../support/registry-client.ts";

export const HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json";
export const CUE_MODULE = "application/vnd.cue.module.v1+json";
export const SPDX = "application/spdx+json";
export const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** A layer that every image of the sample has. */
export const BASE_LAYER = blobOf("the layer of the base image");

/** What was pushed, by tag. */
export type Pushed = Readonly<Record<string, ManifestContent>>;

/** Pushes an image for each platform and an index over them, which the tags name. */
export async function pushImages(client: RegistryClient, repository: string, { platforms, tags, more = {} }: ImageOptions): Promise<ManifestContent> {
  const children = await Promise.all(
    platforms.map(async (platform) => {
      const [os, architecture, variant] = platform.split("/");
      const config = blobOf(
        JSON.stringify({ os, architecture, variant, config: { Labels: { team: "web" } }, tags, rootfs: { type: "layers", diff_ids: [] } }),
        {
          mediaType: OCI_IMAGE_CONFIG,
        },
      );
      const layers = [BASE_LAYER, blobOf(`the program of ${repository} ${tags[0]} for ${platform}`)];
      await pushBlobs(client, repository, [config, ...layers]);
      const manifest = imageOf(config, layers, more);
      await pushManifest(client, repository, manifest);
      return descriptorOf(manifest, { platform: { os, architecture, ...(variant !== undefined && { variant }) } });
    }),
  );
  const index = manifestOf({ ...indexOf([]).document, manifests: children, ...more });
  return pushTagged(client, repository, index, tags);
}

export interface ImageOptions {
  readonly platforms: readonly string[];
  readonly tags: readonly string[];
  /** Fields of manifest and index, e.g. annotations. */
  readonly more?: Document;
}

export interface ChartDependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

/** A chart as `helm push` makes it. */
export async function pushChart(
  client: RegistryClient,
  repository: string,
  version: string,
  dependencies: readonly ChartDependency[] = [],
): Promise<ManifestContent> {
  const name = repository.split("/").at(-1);
  const config = blobOf(JSON.stringify({ apiVersion: "v2", name, version, description: `The chart ${name}`, dependencies }), { mediaType: HELM_CONFIG });
  const layer = blobOf(`chart ${name} ${version}`, { mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip" });
  await pushBlobs(client, repository, [config, layer]);
  return pushTagged(client, repository, imageOf(config, [layer]), [version]);
}

/** A module as `cue mod publish` makes it. `deps` by module path with major, e.g. `shop.example/lib@v2`. */
async function pushCueModule(client: RegistryClient, repository: string, tag: string, { module, deps = {} }: CueModule): Promise<ManifestContent> {
  const lines = Object.entries(deps).map(([path, version]) => `\t"${path}": v: "${version}"`);
  const source = `module: "${module}"\nlanguage: version: "v0.9.2"\ndeps: {\n${lines.join("\n")}\n}\n`;
  const config = blobOf("{}", { mediaType: CUE_MODULE });
  const layers = [blobOf(`zip of ${module} ${tag}`, { mediaType: "application/zip" }), blobOf(source, { mediaType: "application/vnd.cue.modulefile.v1" })];
  await pushBlobs(client, repository, [config, ...layers]);
  return pushTagged(client, repository, imageOf(config, layers), [tag]);
}

export interface CueModule {
  readonly module: string;
  readonly deps?: Readonly<Record<string, string>>;
}

/** A bill of materials in SPDX that refers to an artifact and names one package. */
export async function pushSbom(client: RegistryClient, repository: string, subject: Content, purl: string): Promise<ManifestContent> {
  const packages = [
    {
      SPDXID: "SPDXRef-1",
      name: "musl",
      versionInfo: "1.2.4",
      externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
    },
  ];
  const layer = blobOf(JSON.stringify({ spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "sbom", packages }), { mediaType: SPDX });
  await pushBlobs(client, repository, [emptyBlob(), layer]);
  const manifest = imageOf(emptyBlob(), [layer], { artifactType: SPDX, subject: descriptorOf(subject) });
  await pushManifest(client, repository, manifest);
  return manifest;
}

/** A signature that refers to an artifact, and one beside it under the tag that cosign gives it. */
async function pushSignatures(client: RegistryClient, repository: string, subject: Content): Promise<void> {
  await pushBlobs(client, repository, [emptyBlob()]);
  await pushManifest(client, repository, referrerOf(subject, BUNDLE));
  const config = blobOf(JSON.stringify({ architecture: "", os: "", rootfs: { type: "layers", diff_ids: [] } }), { mediaType: OCI_IMAGE_CONFIG });
  const layer = blobOf(`signature of ${subject.digest}`, { mediaType: "application/vnd.dev.cosign.simplesigning.v1+json" });
  await pushBlobs(client, repository, [config, layer]);
  await pushManifest(client, repository, imageOf(config, [layer]), `${subject.digest.replace(":", "-")}.sig`);
}

export async function pushTagged(client: RegistryClient, repository: string, manifest: ManifestContent, tags: readonly string[]): Promise<ManifestContent> {
  for (const tag of tags) await pushManifest(client, repository, manifest, tag);
  return manifest;
}

/** Everything that the tests of the package API ask for: images, charts, modules, a bill of materials and signatures. */
export async function pushSample(client: RegistryClient): Promise<{ readonly app: Pushed; readonly common: Pushed }> {
  await pushImages(client, "shop/base/os", { platforms: ["linux/amd64", "linux/arm64/v8"], tags: ["3.21", "latest"] });
  const annotations = {
    "org.opencontainers.image.title": "Web shop",
    "org.opencontainers.image.description": "Sells things",
    "org.opencontainers.image.base.name": "registry.test/shop/base/os:3.21",
    stage: "prod",
  };
  const platforms = ["linux/amd64", "linux/arm64/v8"];
  const app = {
    "v1.0.0": await pushImages(client, "shop/web/app", { platforms: [...platforms, "windows/amd64"], tags: ["v1.0.0", "v1.0"], more: { annotations } }),
    "v1.1.0": await pushImages(client, "shop/web/app", { platforms, tags: ["v1.1.0", "v1.1", "v1", "latest"], more: { annotations } }),
    "v2.0.0-rc.1": await pushImages(client, "shop/web/app", { platforms, tags: ["v2.0.0-rc.1", "edge"], more: { annotations } }),
  };
  await pushSbom(client, "shop/web/app", app["v1.1.0"], "pkg:apk/alpine/musl@1.2.4");
  await pushSignatures(client, "shop/web/app", app["v1.1.0"]);
  await pushManifest(client, "shop/web/app", indexOf([]), app["v1.0.0"].digest.replace(":", "-"));
  await pushManifest(client, "shop/web/app", imageOf(emptyBlob(), [emptyBlob()], { artifactType: "application/vnd.example.notes" }), "main-20260131");
  const common = {
    "2.1.0": await pushChart(client, "charts/common", "2.1.0"),
    "2.2.0": await pushChart(client, "charts/common", "2.2.0"),
    "3.0.0": await pushChart(client, "charts/common", "3.0.0"),
  };
  await pushChart(client, "charts/web", "1.0.0", [{ name: "common", version: "^2.1", repository: "oci://registry.test/charts" }]);
  await pushChart(client, "charts/web", "1.1.0", [
    { name: "common", version: ">=4", repository: "oci://registry.test/charts" },
    { name: "elsewhere", version: "1.0.0", repository: "https://charts.example.test" },
  ]);
  await pushCueModule(client, "modules/lib", "v2.1.0", { module: "shop.example/lib@v2" });
  await pushCueModule(client, "modules/web", "v0.1.0", { module: "shop.example/web@v0", deps: { "shop.example/lib@v2": "v2.0.3" } });
  return { app, common };
}
