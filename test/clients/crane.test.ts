import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { auditedActions } from "../support/audit.ts";
import { emptyBlob, imageOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { findTool, testWith } from "../support/tools.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { blobPath, tarOf, writeLayout } from "./images.ts";
import { useSandbox } from "./sandbox.ts";

const tool = await findTool("crane");
const test = testWith(tool);
const { client, server } = useRegistry();
const sandbox = useSandbox();

const crane = (...args: string[]) => sandbox.succeed(tool, args);
const refused = (...args: string[]) => sandbox.run(tool, args);
const freshImage = () => `127.0.0.1:${server().port}/${freshRepository("crane")}`;
const repositoryOf = (image: string) => image.slice(image.indexOf("/") + 1);

async function pushLayout(image: string) {
  const layout = await writeLayout(sandbox.fresh(), "index");
  await crane("push", layout.folder, `${image}:v1`, "--index");
  return layout;
}

describe("crane", () => {
  test("pushes an index, pulls by platform and by digest", async () => {
    const image = freshImage();
    const { index, images } = await pushLayout(image);
    expect(await crane("digest", `${image}:v1`)).toBe(index.digest);
    expect(await crane("validate", "--remote", `${image}:v1`)).toStartWith("PASS");
    expect(JSON.parse(await crane("config", "--platform", "linux/arm64", `${image}:v1`))).toMatchObject({ architecture: "arm64" });

    const pulled = sandbox.fresh();
    await crane("pull", "--format", "oci", "--platform", "linux/arm64", `${image}:v1`, pulled);
    expect(readFileSync(blobPath(pulled, images.arm64.digest))).toEqual(Buffer.from(images.arm64.bytes));

    // The digest goes on naming the same bytes when the tag has moved.
    await pushLayout(image);
    expect(await crane("digest", `${image}:v1`)).not.toBe(index.digest);
    expect(await crane("manifest", `${image}@${index.digest}`)).toBe(new TextDecoder().decode(index.bytes));
  });

  test("builds an index from images that it made itself", async () => {
    const image = freshImage();
    for (const architecture of ["amd64", "arm64"]) {
      const tar = sandbox.fresh();
      await Bun.write(tar, await tarOf({ architecture }));
      await crane("append", "--oci-empty-base", "-f", tar, "-t", `${image}:${architecture}`);
      await crane("mutate", "--set-platform", `linux/${architecture}`, `${image}:${architecture}`, "-t", `${image}:${architecture}`);
    }
    await crane("index", "append", "-m", `${image}:amd64`, "-m", `${image}:arm64`, "-t", `${image}:all`);
    const tarball = sandbox.fresh();
    await crane("export", "--platform", "linux/arm64", `${image}:all`, tarball);
    const files = await new Bun.Archive(await Bun.file(tarball).bytes()).files();
    expect(await files.get("architecture")?.text()).toBe("arm64");
  });

  test("copies to another repository by mounting", async () => {
    const [from, to] = [freshImage(), freshImage()];
    const { index } = await pushLayout(from);
    await crane("copy", `${from}:v1`, `${to}:v1`);
    expect(await crane("digest", `${to}:v1`)).toBe(index.digest);
    expect(await auditedActions(server(), { repository: repositoryOf(to) })).toEqual(["blob.mount", "manifest.push", "tag.create"]);
  });

  test("lists repositories and more tags than a page has", async () => {
    const image = freshImage();
    const manifest = imageOf(emptyBlob(), []);
    await pushBlobs(client, repositoryOf(image), [emptyBlob()]);
    const tags = Array.from({ length: 2100 }, (_, index) => `t${String(index).padStart(4, "0")}`);
    for (let start = 0; start < tags.length; start += 100) {
      expectStatus(await client.putManifest(repositoryOf(image), manifest.digest, manifest, tags.slice(start, start + 100)), 201);
    }
    expect((await crane("ls", image)).split("\n")).toEqual(tags);
    expect(await crane("ls", "--full-ref", image)).toStartWith(`${image}:t0000\n`);
    expect((await crane("catalog", new URL(client.url).host)).split("\n")).toContain(repositoryOf(image));
  });

  test("tags, deletes a tag, then the manifest", async () => {
    const image = freshImage();
    const { index } = await pushLayout(image);
    await crane("tag", `${image}:v1`, "v2");
    await crane("delete", `${image}:v1`);
    expect(await crane("ls", image)).toBe("v2");
    await crane("delete", `${image}@${index.digest}`);
    expect(await crane("ls", image)).toBe("");
    const gone = await refused("manifest", `${image}@${index.digest}`);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining("MANIFEST_UNKNOWN")]);
  });

  test("reads a blob", async () => {
    const image = freshImage();
    const { images } = await pushLayout(image);
    const blob = emptyBlob();
    await pushBlobs(client, repositoryOf(image), [blob]);
    await pushManifest(client, repositoryOf(image), imageOf(blob, []), "empty");
    expect(await crane("blob", `${image}@${blob.digest}`)).toBe("{}");
    expect((await refused("blob", `${image}@sha256:${"0".repeat(64)}`)).stderr).toContain("BLOB_UNKNOWN");
    expect(await crane("digest", "--platform", "linux/amd64", `${image}:v1`)).toBe(images.amd64.digest);
  });
});
