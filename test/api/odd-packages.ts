import { pushBlob } from "../conformance/pushing.ts";
import { blobOf, type Content, type Document, descriptorOf, emptyBlob, imageOf, indexOf, type ManifestContent, referrerOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";

export const WASM = "application/vnd.wasm.config.v0+json";
export const SPDX = "application/spdx+json";
export const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const CHART = "application/vnd.cncf.helm.config.v1+json";
const COSIGN = "application/vnd.dev.cosign.simplesigning.v1+json";

/** Digests of what has no tag, or several. */
export interface Odd {
  readonly image: string;
  readonly chart: string;
  readonly child: string;
  readonly sbom: string;
}

/** Pushes what can be taken in two ways: equal versions, indexes of every form, children whose index says something else of them. */
export async function pushOdd(url: string): Promise<Odd> {
  const client = registryClient(() => url);

  async function push(repository: string, manifest: ManifestContent, tags: readonly string[], blobs: readonly Content[]): Promise<ManifestContent> {
    for (const blob of blobs) await pushBlob(client, repository, blob);
    for (const reference of tags.length === 0 ? [manifest.digest] : tags) expectStatus(await client.putManifest(repository, reference, manifest), 201);
    return manifest;
  }

  async function image(
    repository: string,
    tags: readonly string[],
    { platform, ...more }: Document & { readonly platform?: string } = {},
  ): Promise<ManifestContent> {
    const [os, architecture, variant] = (platform ?? "linux/amd64").split("/");
    const config = blobOf(JSON.stringify({ os, architecture, variant, author: `${repository} ${tags}` }), { mediaType: CONFIG });
    const layer = blobOf(`layer of ${repository} ${tags} ${platform}`);
    return await push(repository, imageOf(config, [layer], more), tags, [config, layer]);
  }

  const index = (repository: string, tags: readonly string[], manifests: readonly Document[], more: Document = {}) =>
    push(repository, indexOf([], { manifests, ...more }), tags, []);

  const on = (of: Content, platform: string, more: Document = {}): Document => {
    const [os, architecture, variant] = platform.split("/");
    return descriptorOf(of, { platform: { os, architecture, ...(variant && { variant }) }, ...more });
  };

  const equal = await image("same/versions", ["1.0.0", "v1.0.0", "1.0.0_build.1", "latest"]);
  await image("same/versions", ["1.10.0", "v1.10", "1"], { platform: "linux/arm64" });
  await image("same/versions", ["1.9.0"], { annotations: { "a=b": "c" } });
  await image("same/versions", ["2.0.0-rc.1", "edge"], { annotations: { a: "b=c" } });
  await image("same/versions", ["main"], { annotations: { a: "b" } });

  const [amd, arm, v7] = [
    await image("same/platforms", [], { platform: "linux/amd64" }),
    await image("same/platforms", [], { platform: "linux/arm64" }),
    await image("same/platforms", [], { platform: "linux/arm/v7" }),
  ];
  const builds = await image("same/platforms", ["attestation"], { platform: "unknown/unknown" });
  await image("same/platforms", ["image"], { platform: "linux/arm64" });
  const inner = await index("same/platforms", [], [on(arm, "linux/arm64"), on(builds, "unknown/unknown")]);
  const other = await index("same/platforms", [], [on(builds, "unknown/unknown")]);
  await index("same/platforms", ["1.0.0"], [on(arm, "linux/arm64"), on(amd, "linux/amd64"), on(v7, "linux/arm/v7")]);
  await index("same/platforms", ["1.1.0"], [descriptorOf(amd), descriptorOf(arm)]);
  await index("same/platforms", ["1.2.0"], [on(other, "linux/arm64"), on(inner, "linux/arm64/v8"), on(amd, "linux/amd64")]);
  await index("same/platforms", ["1.3.0"], [descriptorOf(inner), on(amd, "linux/amd64"), on(builds, "linux/unknown")]);
  await index("same/platforms", ["1.4.0"], [on(amd, "Linux/x86_64"), on(arm, "linux/aarch64")]);

  await pushBlob(client, "same/types", emptyBlob());
  const wasm = await push("same/types", imageOf(emptyBlob(), [emptyBlob()], { artifactType: WASM }), [], []);
  const rest = await push("same/types", imageOf(emptyBlob(), [emptyBlob()], { artifactType: "application/vnd.example.rest" }), [], []);
  const nested = await index("same/types", [], [on(wasm, "linux/amd64")]);
  await index("same/types", ["lying", "1.0.0"], [on(wasm, "linux/amd64", { artifactType: "application/vnd.example.lie" })]);
  await index("same/types", ["nested", "1.1.0"], [on(nested, "linux/amd64")]);
  await index("same/types", ["mixed"], [on(wasm, "linux/amd64"), on(rest, "linux/arm64")]);
  await index("same/types", ["silent"], [on(wasm, "linux/amd64"), on(rest, "linux/unknown")], { annotations: { "a=b": "c" } });
  const signed = blobOf("{}", { mediaType: COSIGN });
  const config = blobOf(JSON.stringify({ os: "", architecture: "" }), { mediaType: CONFIG });
  await push("same/types", imageOf(config, [signed]), ["signature"], [config, signed]);
  const metadata = blobOf(JSON.stringify({ name: "app", version: "1.0.0" }), { mediaType: CHART });
  const chart = await push("same/types", imageOf(metadata, [emptyBlob()]), [], [metadata]);

  const base = (name: string) => ({ "org.opencontainers.image.base.name": `${new URL(url).host}/${name}` });
  const child = await image("same/dependencies", [], { annotations: base("same/versions:1.9.0") });
  const second = await image("same/dependencies", [], { platform: "linux/arm64", annotations: base("same/versions:gone") });
  const document = {
    spdxVersion: "SPDX-2.3",
    packages: [{ name: "musl", externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:apk/alpine/musl@1.2.4" }] }],
  };
  const packages = blobOf(JSON.stringify(document), { mediaType: SPDX });
  const sbom = referrerOf(child, SPDX, { layers: [descriptorOf(packages)], annotations: base("same/versions:1.0.0") });
  await push("same/dependencies", sbom, [], [emptyBlob(), packages]);
  await push("same/dependencies", referrerOf(child, BUNDLE), [], []);
  const both = await index("same/dependencies", ["1.0.0", "latest"], [on(child, "linux/amd64"), on(second, "linux/arm64")]);
  await push("same/dependencies", referrerOf(both, BUNDLE), [], []);

  await image("same/opaque", ["main-4f5a"]);
  await image("same/prereleases", ["1.0.0-rc.1"]);
  await image("same/latest", ["latest", "1.0.0-rc.1"]);
  return { image: equal.digest, chart: chart.digest, child: child.digest, sbom: sbom.digest };
}
