import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { blobOf, type Content, type Document, descriptorOf, emptyBlob, imageOf, indexOf, type ManifestContent, referrerOf } from "../support/content.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";

export const HELM_CHART = "application/vnd.cncf.helm.config.v1+json";
export const SPDX = "application/spdx+json";
export const SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const CUE_MODULE = "application/vnd.cue.module.v1+json";

const CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const MODULE_FILE = "application/vnd.cue.modulefile.v1";

/** What was pushed, by its digests. */
export interface Seeded {
  readonly client: RegistryClient;
  /** The indexes of `team/web/app` by their version. */
  readonly app: Readonly<Record<string, string>>;
  /** The child for linux/arm64 of `1.0.0`, the only version that has it. */
  readonly arm64: string;
  readonly sbom: string;
  readonly signature: string;
}

/**
 * Pushes images for several platforms, charts and modules that depend on each other, an SBOM and a signature, in the order in which
 * their authors would have.
 * @param url address of the registry, which charts name as their repository
 * @param headers of every request
 */
export async function seedRegistry(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Seeded> {
  const client = registryClient(() => url, headers);
  await pushImages(client, "library/base", { "3.20.1": ["linux/amd64"] });
  const app = await pushImages(client, "team/web/app", APP_VERSIONS);
  await tagged(client, "team/web/app", app["1.10.0"], ["1.10", "1", "latest"]);
  const subject = app["1.10.0"];
  if (subject === undefined) throw new Error("the image was not pushed");
  const sbom = await pushReferrer(client, "team/web/app", subject, SPDX, SBOM_DOCUMENT);
  const signature = await pushReferrer(client, "team/web/app", subject, SIGNATURE, { signature: "none" });
  const host = new URL(url).host;
  for (const version of ["17.1.0", "18.0.0"]) await pushChart(client, "charts/redis", version, { name: "redis", version });
  const dependencies = [{ name: "redis", version: "^17.0.0", repository: `oci://${host}/charts` }];
  await pushChart(client, "charts/web", "2.0.0", { name: "web", version: "2.0.0", description: "A web application", dependencies });
  for (const version of ["v0.1.0", "v0.2.0"]) await pushModule(client, "cue.example/base", version);
  await pushModule(client, "cue.example/site", "v0.1.0", { path: "cue.example/base@v0", version: "v0.1.0" });
  return {
    client,
    app: Object.fromEntries(Object.entries(app).map(([version, { digest }]) => [version, digest])),
    arm64: childOf(app["1.0.0"], 1),
    sbom: sbom.digest,
    signature: signature.digest,
  };
}

const APP_VERSIONS = { "1.0.0": ["linux/amd64", "linux/arm64"], "1.9.0": ["linux/amd64"], "1.10.0": ["linux/amd64"], "2.0.0-rc.1": ["linux/amd64"] };

const SBOM_DOCUMENT = {
  spdxVersion: "SPDX-2.3",
  packages: [
    {
      name: "musl",
      versionInfo: "1.2.5",
      externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: "pkg:apk/alpine/musl@1.2.5" }],
    },
  ],
};

async function pushImages(
  client: RegistryClient,
  repository: string,
  versions: Readonly<Record<string, readonly string[]>>,
): Promise<Record<string, ManifestContent>> {
  const shared = blobOf("a layer that all of them have");
  const pushed: Record<string, ManifestContent> = {};
  for (const [version, platforms] of Object.entries(versions)) {
    const children: Document[] = [];
    for (const platform of platforms) {
      const [os, architecture] = platform.split("/");
      const config = { os, architecture, config: { Labels: { "org.example.team": "web", version } }, rootfs: { type: "layers", diff_ids: [] } };
      const child = imageOf(blobOf(JSON.stringify(config), { mediaType: OCI_IMAGE_CONFIG }), [shared, blobOf(`${repository} ${version} ${platform}`)]);
      await pushBlobs(client, repository, [shared, blobOf(`${repository} ${version} ${platform}`), blobOf(JSON.stringify(config))]);
      await putManifest(client, repository, child.digest, child);
      children.push(descriptorOf(child, { platform: { os, architecture } }));
    }
    const annotations =
      repository === "library/base" ? {} : { "org.opencontainers.image.base.name": "library/base:3.20.1", "org.opencontainers.image.title": "The app" };
    const index = indexOf([], { manifests: children, annotations });
    await putManifest(client, repository, version, index);
    pushed[version] = index;
  }
  return pushed;
}

async function tagged(client: RegistryClient, repository: string, manifest: Content | undefined, tags: readonly string[]): Promise<void> {
  if (manifest === undefined) throw new Error("there is nothing to tag");
  for (const tag of tags) await putManifest(client, repository, tag, manifest);
}

async function pushReferrer(client: RegistryClient, repository: string, subject: Content, type: string, document: Document): Promise<ManifestContent> {
  const layer = blobOf(JSON.stringify(document), { mediaType: type });
  await pushBlobs(client, repository, [emptyBlob(), layer]);
  const referrer = referrerOf(subject, type, { layers: [descriptorOf(layer)] });
  const done = await client.putManifest(repository, referrer.digest, referrer);
  // distribution-spec, "Pushing Manifests with Subject": a registry without the referrers API leaves the list to its clients
  if (done.headers.get("OCI-Subject") === null) await listReferrer(client, repository, subject, descriptorOf(referrer, { artifactType: type }));
  return referrer;
}

async function listReferrer(client: RegistryClient, repository: string, subject: Content, referrer: Document): Promise<void> {
  const tag = subject.digest.replace(":", "-");
  const known = await client.get(`/v2/${repository}/manifests/${tag}`, { Accept: OCI_IMAGE_INDEX });
  const { manifests } = known.status === 200 ? (known.json() as { readonly manifests: readonly Document[] }) : { manifests: [] };
  await putManifest(client, repository, tag, indexOf([], { manifests: [...manifests, referrer] }));
}

async function pushChart(client: RegistryClient, repository: string, version: string, metadata: Document): Promise<void> {
  const config = blobOf(JSON.stringify({ apiVersion: "v2", ...metadata }), { mediaType: HELM_CHART });
  const layer = blobOf(`chart ${repository} ${version}`, { mediaType: CHART_LAYER });
  await pushBlobs(client, repository, [config, layer]);
  await putManifest(client, repository, version, imageOf(config, [layer]));
}

async function pushModule(client: RegistryClient, path: string, version: string, needs?: { readonly path: string; readonly version: string }): Promise<void> {
  const deps = needs === undefined ? "" : `deps: "${needs.path}": v: "${needs.version}"\n`;
  const file = blobOf(`module: "${path}@v0"\nlanguage: version: "v0.9.0"\n${deps}`, { mediaType: MODULE_FILE });
  const zip = blobOf(`zip ${path} ${version}`, { mediaType: "application/zip" });
  const config = blobOf("{}", { mediaType: CUE_MODULE });
  await pushBlobs(client, path, [config, zip, file]);
  await putManifest(client, path, version, imageOf(config, [zip, file]));
}

async function pushBlobs(client: RegistryClient, repository: string, blobs: readonly Content[]): Promise<void> {
  for (const { digest, bytes } of blobs) {
    const session = await client.post(repository);
    const done = await client.close(session.headers.get("Location") ?? "", digest, bytes);
    if (done.status !== 201) throw new Error(`a blob was not taken: ${done.status} ${done.text()}`);
  }
}

async function putManifest(client: RegistryClient, repository: string, reference: string, manifest: Content): Promise<void> {
  const done = await client.putManifest(repository, reference, manifest);
  if (done.status !== 201) throw new Error(`${repository}:${reference} was not taken: ${done.status} ${done.text()}`);
}

function childOf(index: ManifestContent | undefined, at: number): string {
  const children = index?.document.manifests as readonly { readonly digest: string }[] | undefined;
  return children?.[at]?.digest ?? "";
}
