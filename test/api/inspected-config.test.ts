import { expect, test } from "bun:test";
import { OCI_IMAGE_CONFIG } from "../../src/oci/media-types.ts";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { blobOf, descriptorOf, imageOf, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();

function configOf(more: object) {
  return { ...blobOf(JSON.stringify({ os: "linux", architecture: "amd64", config: { Cmd: ["run"] }, ...more })), mediaType: OCI_IMAGE_CONFIG };
}

async function imageAt(repository: string): Promise<unknown> {
  const answer = await client.get(`/v2/${repository}/_opm/manifest/info?reference=v1`);
  expectStatus(answer, 200);
  return (answer.json() as { image: unknown }).image;
}

test("of a config that its repository has no longer nothing is told, though another one has it", async () => {
  const [config, layer] = [configOf({ author: crypto.randomUUID() }), randomBlob()];
  for (const repository of ["config/one", "config/other"]) {
    await pushBlobs(client, repository, [config, layer]);
    await pushManifest(client, repository, imageOf(config, [layer]), "v1");
    expect(await imageAt(repository)).toMatchObject({ command: ["run"] });
  }
  expectStatus(await client.delete(`/v2/config/one/blobs/${config.digest}`), 202);
  expect(await imageAt("config/one")).toBeNull();
  expect(await imageAt("config/other")).toMatchObject({ command: ["run"] });
});

test("of a config that is larger than its descriptor says no more is read than of others", async () => {
  const [config, layer] = [configOf({ author: "x".repeat(2 ** 20) }), randomBlob()];
  const image = imageOf(config, [layer]);
  const document = JSON.parse(new TextDecoder().decode(image.bytes));
  expect(document.config).toEqual(descriptorOf(config));
  document.config.size = 100;
  await pushBlobs(client, "config/large", [config, layer]);
  const body = Buffer.from(JSON.stringify(document));
  const pushed = await client.request("PUT", "/v2/config/large/manifests/v1", { headers: { "Content-Type": image.mediaType }, body });
  expectStatus(pushed, 201);
  expect(await imageAt("config/large")).toBeNull();
});
