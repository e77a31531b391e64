import { describe, expect, test } from "bun:test";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { pushManifest } from "../conformance/pushing.ts";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { call, expectRefused, newImage, pushImage, pushIndex, putProject, send, tagsOf } from "./packages.ts";

const { client, server } = useRegistry();

let count = 0;

/** A repository in a project of its own, where what others depend on is under this policy. */
async function baseUnder(dependents: string): Promise<string> {
  const path = `bases/p${++count}`;
  await putProject(client, path, { policies: { dependents } });
  return `${path}/base`;
}

/** An image that names its base, by tag and perhaps by digest. */
async function pushDependent(repository: string, tag: string, base: string, digest?: string): Promise<void> {
  const annotations = {
    "org.opencontainers.image.base.name": `${new URL(server().url).host}/${base}`,
    ...(digest !== undefined && { "org.opencontainers.image.base.digest": digest }),
  };
  await pushManifest(client, repository, await newImage(client, repository, { annotations }), tag);
}

const remove = (repository: string, reference: string) => client.delete(`/v2/${repository}/manifests/${reference}`);

describe("what others depend on", () => {
  test("warn: it goes, and the answer names who misses it", async () => {
    const base = await baseUnder("warn");
    await pushImage(client, base, "3.1");
    for (const name of ["a", "b", "c", "d", "e"]) await pushDependent(`apps/w${count}/${name}`, "1.0.0", `${base}:3.1`);
    const answer = await remove(base, "3.1");
    expectStatus(answer, 202);
    const warning = answer.headers.get("Warning") ?? "";
    expect(warning).toStartWith(`299 - "others depend on ${base}:3.1: apps/w${count}/`);
    expect(warning).toContain("2 more");
    expect(warning.match(/:1\.0\.0/g)).toHaveLength(3);
  });

  test.each(["warn", "enforce"])("%s: neither do its parts go without a word", async (level) => {
    const base = await baseUnder(level);
    const image = await newImage(client, base);
    await pushManifest(client, base, image);
    await pushIndex(client, base, [image], "3.1");
    await pushDependent(`apps/parts-${level}/a`, "1.0.0", `${base}:3.1`);
    const layer = (JSON.parse(new TextDecoder().decode(image.bytes)) as { layers: { digest: string }[] }).layers[0]?.digest;
    for (const part of [`blobs/${layer}`, `manifests/${image.digest}`]) {
      const answer = await client.delete(`/v2/${base}/${part}`);
      if (level === "enforce") expect(expectRefused(answer, "dependents")).toContain(`apps/parts-${level}/a:1.0.0`);
      else expect(answer.headers.get("Warning")).toContain(`others depend on ${base}:3.1: apps/parts-${level}/a:1.0.0`);
      expectStatus(await client.head(`/v2/${base}/${part}`), level === "enforce" ? 200 : 404);
    }
    await putProject(client, base.replace("/base", ""), { policies: { dependents: "off" } });
    if (level === "enforce") expectStatus(await client.delete(`/v2/${base}/blobs/${layer}`), 202);
  });

  test("enforce: it stays", async () => {
    const base = await baseUnder("enforce");
    const image = await pushImage(client, base, "3.1");
    await pushDependent(`apps/e${count}/a`, "1.0.0", `${base}:3.1`);
    expect(expectRefused(await remove(base, "3.1"), "dependents")).toContain(`apps/e${count}/a:1.0.0`);
    expectRefused(await remove(base, image.digest), "dependents");
    expectRefused(await send(client, "DELETE", `/api/v1/repositories/${base}`), "dependents");
    expect(await tagsOf(client, base)).toEqual(["3.1"]);
  });

  test("enforce: by digest the content stays, and a tag beside another may go", async () => {
    const base = await baseUnder("enforce");
    const child = await pushImage(client, base);
    const index = await pushIndex(client, base, [child], "3.1");
    await client.request("PUT", `/v2/${base}/manifests/3`, { headers: { "Content-Type": OCI_IMAGE_INDEX }, body: index.bytes });
    await pushDependent(`apps/d${count}/a`, "1.0.0", `${base}:3.1`, child.digest);
    expectStatus(await remove(base, "3"), 202);
    expectRefused(await remove(base, "3.1"), "dependents");
    expectRefused(await remove(base, index.digest), "dependents");
  });

  test("enforce: what nobody names goes, and so does all under off", async () => {
    const base = await baseUnder("enforce");
    await pushImage(client, base, "3.1");
    await pushImage(client, base, "3.2");
    await pushDependent(`apps/n${count}/a`, "1.0.0", `${base}:3.1`);
    const answer = await remove(base, "3.2");
    expectStatus(answer, 202);
    expect(answer.headers.get("Warning")).toBeNull();
    const free = await baseUnder("off");
    await pushImage(client, free, "3.1");
    await pushDependent(`apps/n${count}/b`, "1.0.0", `${free}:3.1`);
    expect((await remove(free, "3.1")).headers.get("Warning")).toBeNull();
  });

  test("pruning keeps it under enforce, and warns under warn", async () => {
    for (const level of ["enforce", "warn"]) {
      const base = await baseUnder(level);
      for (const tag of ["1.0.0", "2.0.0", "3.0.0"]) await pushImage(client, base, tag);
      await pushDependent(`apps/p${count}/a`, "1.0.0", `${base}:1.0.0`);
      const answer = await send(client, "POST", `/v2/${base}/_opm/tags/prune`, { keepLast: 1 });
      expectStatus(answer, 200);
      expect(await tagsOf(client, base)).toEqual(level === "enforce" ? ["1.0.0", "3.0.0"] : ["3.0.0"]);
      if (level === "enforce") expect(answer.json()).toMatchObject({ kept: [{ tag: "1.0.0", reason: expect.stringContaining(`apps/p${count}/a:1.0.0`) }] });
      else expect(answer.headers.get("Warning")).toContain(`${base}:1.0.0`);
    }
  });
});

test("pulls of a tag are counted; looks, digests and failures are not", async () => {
  const repository = "pulls/p/app";
  const image = await pushImage(client, repository, "1.0.0");
  for (let pull = 0; pull < 3; pull++) expectStatus(await client.get(`/v2/${repository}/manifests/1.0.0`), 200);
  await client.head(`/v2/${repository}/manifests/1.0.0`);
  await client.get(`/v2/${repository}/manifests/${image.digest}`);
  await client.get(`/v2/${repository}/manifests/2.0.0`);
  await server().restart();
  const { tags } = await call<{ tags: { pulls: number; pulled: string | null }[] }>(client, "GET", `/v2/${repository}/_opm/tags/list`);
  expect(tags).toMatchObject([{ pulls: 3, pulled: expect.any(String) }]);
});
