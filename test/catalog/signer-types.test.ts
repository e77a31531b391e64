import { describe, expect, test } from "bun:test";
import { pushBlobs } from "../conformance/pushing.ts";
import { blobOf, configBlob, imageOf, type ManifestContent } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();
const CHART = "application/vnd.cncf.helm.config.v1+json";
const IMAGE = "application/vnd.oci.image.config.v1+json";
const SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json";

async function push(repository: string, tag: string, configType: string, layerType: string): Promise<ManifestContent> {
  const config = configType === IMAGE ? configBlob() : blobOf(JSON.stringify({ name: "web", version: "1.0.0" }), { mediaType: configType });
  const layer = blobOf(crypto.randomUUID(), { mediaType: layerType });
  const manifest = imageOf(config, [layer]);
  await pushBlobs(client, repository, [config, layer]);
  expectStatus(await client.putManifest(repository, tag, manifest), 201);
  return manifest;
}

async function found(query: string): Promise<string[]> {
  const { repositories } = (await client.get(`/v2/_opm/catalog/repositories?${query}`)).json() as { repositories: { name: string }[] };
  return repositories.map(({ name }) => name);
}

describe("what a signer puts beside a chart", () => {
  test("makes it no image in filters, and is found as what refers to it", async () => {
    const chart = await push("charts/web", "1.0.0", CHART, "application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    const beside = (kind: string) => `${chart.digest.replace(":", "-")}.${kind}`;
    await push("charts/web", beside("sig"), IMAGE, SIGNATURE);
    await push("charts/web", beside("att"), IMAGE, "application/vnd.dsse.envelope.v1+json");
    await push("charts/web", beside("sbom"), IMAGE, "text/spdx+json");
    await push("team/app", "1.0.0", IMAGE, "application/vnd.oci.image.layer.v1.tar");
    expect(await found(`type=${encodeURIComponent(IMAGE)}`)).toEqual(["team/app"]);
    expect(await found(`type=${encodeURIComponent(CHART)}`)).toEqual(["charts/web"]);
    expect(await found(`type=${encodeURIComponent(SIGNATURE)}`)).toEqual([]);
    expect(await found(`referrer=${encodeURIComponent(SIGNATURE)}`)).toEqual(["charts/web"]);
    expect(await found("signed=true")).toEqual(["charts/web"]);
    expectStatus(await client.delete(`/v2/charts/web/manifests/${beside("sig")}`), 202);
    expect(await found("signed=true")).toEqual([]);
  });
});
