import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST } from "../../src/oci/media-types.ts";
import { auditedActions } from "../support/audit.ts";
import { findTool, testWith } from "../support/tools.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { blobPath, writeLayout } from "./images.ts";
import { useSandbox } from "./sandbox.ts";

const tool = await findTool("skopeo");
const test = testWith(tool);
const { server } = useRegistry();
const sandbox = useSandbox();

// Debian keeps the policy, and version 1.9 what it knows of blobs, outside the home.
const skopeo = (...args: string[]) => sandbox.succeed(tool, ["--insecure-policy", ...args]);
const copy = (from: string, to: string, ...more: string[]) => skopeo("copy", "--src-tls-verify=false", "--dest-tls-verify=false", ...more, from, to);
const raw = (image: string) => skopeo("inspect", "--raw", "--tls-verify=false", image);
const tagsOf = async (image: string) => JSON.parse(await skopeo("list-tags", "--tls-verify=false", image)).Tags;
const freshImage = () => `docker://127.0.0.1:${server().port}/${freshRepository("skopeo")}`;

async function pushLayout(image: string, ...more: string[]) {
  const layout = await writeLayout(sandbox.fresh());
  await copy(`oci:${layout.folder}:${layout.tag}`, `${image}:v1`, "--all", ...more);
  return layout;
}

describe("skopeo", () => {
  test("copies an index from an OCI layout and back", async () => {
    const image = freshImage();
    const { index, images, blobs } = await pushLayout(image);
    expect(await raw(`${image}:v1`)).toBe(new TextDecoder().decode(index.bytes));
    const back = sandbox.fresh();
    await copy(`${image}@${index.digest}`, `oci:${back}:v1`, "--all", "--preserve-digests");
    for (const { digest, bytes } of [index, images.amd64, images.arm64, ...blobs]) expect(readFileSync(blobPath(back, digest))).toEqual(Buffer.from(bytes));
  });

  test("copies one platform to a folder and back", async () => {
    const [from, to] = [freshImage(), freshImage()];
    const { images } = await pushLayout(from);
    const folder = sandbox.fresh();
    await skopeo("--override-arch", "arm64", "copy", "--src-tls-verify=false", `${from}:v1`, `dir:${folder}`);
    expect(readFileSync(join(folder, "manifest.json"))).toEqual(Buffer.from(images.arm64.bytes));
    await copy(`dir:${folder}`, `${to}:v1`, "--preserve-digests");
    expect(await raw(`${to}@${images.arm64.digest}`)).toBe(new TextDecoder().decode(images.arm64.bytes));
  });

  test("converts to Docker's schema 2 and back", async () => {
    const image = freshImage();
    const { images } = await pushLayout(image, "--format", "v2s2");
    const list = JSON.parse(await raw(`${image}:v1`));
    expect(list).toMatchObject({ mediaType: DOCKER_MANIFEST_LIST, manifests: [{ mediaType: DOCKER_MANIFEST }, { mediaType: DOCKER_MANIFEST }] });
    expect(JSON.parse(await raw(`${image}@${list.manifests[0].digest}`))).toMatchObject({ mediaType: DOCKER_MANIFEST });

    const oci = freshImage();
    await copy(`${image}@${list.manifests[0].digest}`, `${oci}:v1`, "--format", "oci");
    const { config, layers } = JSON.parse(await raw(`${oci}:v1`));
    expect({ config, layers }).toEqual({ config: images.amd64.document.config, layers: images.amd64.document.layers });
  });

  test("copies to another repository by mounting", async () => {
    const [from, to] = [freshImage(), freshImage()];
    const { index } = await pushLayout(from);
    await copy(`${from}:v1`, `${to}:v1`, "--all", "--preserve-digests");
    expect(await raw(`${to}:v1`)).toBe(new TextDecoder().decode(index.bytes));
    // It mounts layers and pushes configs.
    const actions = await auditedActions(server(), { repository: to.split("/").slice(3).join("/") });
    expect(actions).toEqual(["blob.mount", "blob.push", "manifest.push", "tag.create"]);
  });

  test("inspects, lists and deletes", async () => {
    const image = freshImage();
    const { index } = await pushLayout(image);
    await copy(`${image}:v1`, `${image}:v2`, "--all");
    const inspected = JSON.parse(await skopeo("--override-arch", "arm64", "inspect", "--tls-verify=false", `${image}:v1`));
    expect(inspected).toMatchObject({ Digest: index.digest, Architecture: "arm64", RepoTags: ["v1", "v2"] });
    expect(await tagsOf(image)).toEqual(["v1", "v2"]);
    // It resolves the tag and deletes the manifest, and with it every tag.
    await skopeo("delete", "--tls-verify=false", `${image}:v1`);
    expect(await tagsOf(image)).toEqual([]);
    const gone = await sandbox.run(tool, ["inspect", "--tls-verify=false", `${image}:v1`]);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining("manifest unknown")]);
  });
});
