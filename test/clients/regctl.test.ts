import { beforeAll, describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { auditedActions } from "../support/audit.ts";
import { randomBlob } from "../support/content.ts";
import { expectBytes } from "../support/expectations.ts";
import { findTool, testWith } from "../support/tools.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { blobPath, writeLayout } from "./images.ts";
import { useSandbox } from "./sandbox.ts";

const tool = await findTool("regctl");
const test = testWith(tool);
const { client, server } = useRegistry();
const sandbox = useSandbox();

const host = () => `127.0.0.1:${server().port}`;
const regctl = (...args: string[]) => sandbox.succeed(tool, args);
const freshImage = () => `${host()}/${freshRepository("regctl")}`;
const repositoryOf = (image: string) => image.slice(image.indexOf("/") + 1);

/** Chunks that the server took so far. */
async function countPatches(): Promise<number> {
  const metrics = (await client.get("/metrics")).text();
  return Number(/^opm_http_requests_total\{endpoint="upload",method="PATCH",status="202"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

async function pushLayout(image: string) {
  const layout = await writeLayout(sandbox.fresh());
  await regctl("image", "copy", `ocidir://${layout.folder}:${layout.tag}`, `${image}:v1`);
  return layout;
}

beforeAll(async () => {
  if (tool.path !== undefined) await regctl("registry", "set", host(), "--tls", "disabled");
});

describe("regctl", () => {
  test("copies an index from the disk and back, and finds its platforms", async () => {
    const image = freshImage();
    const { index, images } = await pushLayout(image);
    expect(await regctl("image", "digest", `${image}:v1`)).toBe(index.digest);
    expect(await regctl("image", "digest", "--platform", "linux/arm64", `${image}:v1`)).toBe(images.arm64.digest);
    const manifest = await regctl("manifest", "get", "--platform", "linux/arm64", "--format", "raw-body", `${image}:v1`);
    expect(manifest).toBe(new TextDecoder().decode(images.arm64.bytes));

    const back = sandbox.fresh();
    await regctl("image", "copy", `${image}@${index.digest}`, `ocidir://${back}:v1`);
    for (const { digest, bytes } of [index, images.amd64, images.arm64]) expect(readFileSync(blobPath(back, digest))).toEqual(Buffer.from(bytes));
  });

  test("builds an index of images", async () => {
    const image = freshImage();
    const platforms = ["linux/amd64", "linux/arm64/v8"];
    const digests: string[] = [];
    for (const platform of platforms)
      digests.push(await regctl("image", "create", "--by-digest", "--platform", platform, image, "--format", "{{.Manifest.GetDescriptor.Digest}}"));
    await regctl("index", "create", `${image}:all`, ...digests.flatMap((digest) => ["--digest", digest]));
    for (const [at, platform] of platforms.entries()) {
      expect(await regctl("image", "digest", "--platform", platform, `${image}:all`)).toBe(String(digests[at]));
    }
  });

  test("copies to another repository by mounting", async () => {
    const [from, to] = [freshImage(), freshImage()];
    const { index } = await pushLayout(from);
    await regctl("image", "copy", `${from}:v1`, `${to}:v1`);
    expect(await regctl("image", "digest", `${to}:v1`)).toBe(index.digest);
    expect(await auditedActions(server(), { repository: repositoryOf(to) })).toEqual(["blob.mount", "manifest.push", "tag.create"]);
  });

  test("lists tags and repositories in pages", async () => {
    const image = freshImage();
    await pushLayout(image);
    for (const tag of ["v2", "v3"]) await regctl("image", "copy", `${image}:v1`, `${image}:${tag}`);
    expect(await regctl("tag", "ls", image)).toBe("v1\nv2\nv3");
    expect(await regctl("tag", "ls", "--limit", "2", image)).toBe("v1\nv2");
    expect(await regctl("tag", "ls", "--limit", "2", "--last", "v2", image)).toBe("v3");

    const all = (await regctl("repo", "ls", host())).split("\n");
    expect(all).toContain(repositoryOf(image));
    expect(await regctl("repo", "ls", "--limit", "1", host())).toBe(String(all[0]));
    expect((await regctl("repo", "ls", "--limit", "1000", "--last", String(all[0]), host())).split("\n").filter((name) => name !== "")).toEqual(all.slice(1));
  });

  test("artifacts refer to an image, and are found by type", async () => {
    const image = freshImage();
    const { images } = await pushLayout(image);
    const put = (type: string, text: string, ...more: string[]) =>
      sandbox.succeed(tool, ["artifact", "put", "--artifact-type", type, "--subject", `${image}:v1`, ...more], { stdin: text });
    await put("application/spdx+json", "an inventory");
    await put("application/vnd.example.note", "a note", "--annotation", "org.example.reason=test");
    await put("application/vnd.example.note", "a note on a platform", "--platform", "linux/arm64");

    const list = async (...args: string[]) =>
      (await regctl("artifact", "list", ...args, "--format", "{{range .Descriptors}}{{println .ArtifactType}}{{end}}"))
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    expect(await list(`${image}:v1`)).toEqual(["application/spdx+json", "application/vnd.example.note"]);
    expect(await list(`${image}:v1`, "--filter-artifact-type", "application/spdx+json")).toEqual(["application/spdx+json"]);
    expect(await list(`${image}:v1`, "--filter-annotation", "org.example.reason=test")).toEqual(["application/vnd.example.note"]);
    expect(await list(`${image}@${images.arm64.digest}`)).toEqual(["application/vnd.example.note"]);
    expect(await list(`${image}@${images.amd64.digest}`)).toEqual([]);
    expect(await regctl("artifact", "get", "--subject", `${image}:v1`, "--filter-artifact-type", "application/spdx+json")).toBe("an inventory");

    const copy = freshImage();
    await regctl("image", "copy", "--referrers", `${image}:v1`, `${copy}:v1`);
    expect(await list(`${copy}:v1`)).toEqual(["application/spdx+json", "application/vnd.example.note"]);
    // No fallback tags: the registry said that it keeps the referrers itself.
    expect(await regctl("tag", "ls", copy)).toBe("v1");
  });

  test("deletes a tag, and a manifest with its tags", async () => {
    const image = freshImage();
    const { index } = await pushLayout(image);
    for (const tag of ["v2", "v3"]) await regctl("image", "copy", `${image}:v1`, `${image}:${tag}`);
    await regctl("tag", "rm", `${image}:v2`);
    expect(await regctl("tag", "ls", image)).toBe("v1\nv3");
    await regctl("manifest", "delete", `${image}@${index.digest}`);
    expect(await regctl("tag", "ls", image)).toBe("");
    expect((await sandbox.run(tool, ["manifest", "head", `${image}@${index.digest}`])).stderr).toContain("not found");
  });

  test("pushes a blob in chunks", async () => {
    const image = freshImage();
    const blob = randomBlob(1_000_000);
    const before = await countPatches();
    await regctl("registry", "set", host(), "--blob-chunk", "100000", "--blob-max", "200000");
    expect(await sandbox.succeed(tool, ["blob", "put", image], { stdin: blob.bytes })).toBe(blob.digest);
    expectBytes(await client.get(`/v2/${repositoryOf(image)}/blobs/${blob.digest}`), blob.bytes);
    expect((await countPatches()) - before).toBe(10);
  });
});
