import { describe, expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { emptyBlob, referrerOf } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { call, newImage, pushImage, pushIndex, putProject, send, tagsOf } from "./packages.ts";

const { client } = useRegistry();

interface Pruned {
  readonly removed: readonly { tag: string; reason: string; class: string }[];
  readonly kept: readonly { tag: string; reason: string }[];
  readonly more: boolean;
}

async function prune(repository: string, body: Readonly<Record<string, unknown>>): Promise<Pruned & { readonly gone: readonly string[] }> {
  const pruned = await call<Pruned>(client, "POST", `/v2/${repository}/_opm/tags/prune`, body);
  return { ...pruned, gone: pruned.removed.map(({ tag }) => tag) };
}

/** A repository with these tags, each of content of its own, in this order. */
async function repositoryWith(...tags: readonly string[]): Promise<string> {
  const repository = freshRepository("prune/p");
  for (const tag of tags) await pushImage(client, repository, tag);
  return repository;
}

describe("what goes", () => {
  test("versions by their order, however they were pushed; other classes stay", async () => {
    const repository = await repositoryWith("1.10.0", "1.9.0", "v1.2.0", "2.0.0-rc.1", "latest", "abc123");
    const plan = await prune(repository, { keepLast: 2, dryRun: true });
    expect(plan.gone).toEqual(["1.9.0", "v1.2.0"]);
    expect(await tagsOf(client, repository)).toHaveLength(6);
    const { gone, removed, more } = await prune(repository, { keepLast: 2 });
    expect(gone).toEqual(plan.gone);
    expect(removed[0]?.reason).toBe("not among the last 2 of class semver");
    expect(more).toBe(false);
    expect(await tagsOf(client, repository)).toEqual(["1.10.0", "2.0.0-rc.1", "abc123", "latest"]);
    expect((await prune(repository, { keepLast: 2 })).gone).toEqual([]);
  });

  test("other tags by their time, each class on its own", async () => {
    const repository = await repositoryWith("zzz", "aaa", "mmm", "1.0.0", "2.0.0");
    expect((await prune(repository, { keepLast: 1, classes: ["opaque", "semver"] })).gone.toSorted()).toEqual(["1.0.0", "aaa", "zzz"]);
  });

  test("nothing that was changed lately", async () => {
    const repository = await repositoryWith("1.0.0", "2.0.0", "3.0.0");
    expect((await prune(repository, { olderThan: 3600 })).gone).toEqual([]);
    expect((await prune(repository, { olderThan: 0, keepLast: 1 })).gone).toEqual(["2.0.0", "1.0.0"]);
  });

  test("only what the glob names is counted and goes", async () => {
    const repository = await repositoryWith("1.0.0", "1.1.0", "2.0.0", "2.1.0");
    expect((await prune(repository, { keepLast: 1, name: "1.*" })).gone).toEqual(["1.0.0"]);
  });

  test("versions that a push may not move", async () => {
    await putProject(client, "prune/strict", { policies: { versions: "enforce" } });
    const repository = freshRepository("prune/strict");
    for (const tag of ["1.0.0", "2.0.0"]) await pushImage(client, repository, tag);
    expect((await prune(repository, { keepLast: 1 })).gone).toEqual(["1.0.0"]);
  });
});

describe("what stays, with the reason", () => {
  test("what a floating tag points to", async () => {
    const repository = await repositoryWith("3.0.0");
    await pushImage(client, repository, "1.0.0", "stable");
    await pushImage(client, repository, "2.0.0");
    const { gone, kept } = await prune(repository, { keepLast: 1 });
    expect(gone).toEqual(["2.0.0"]);
    expect(kept).toEqual([{ tag: "1.0.0", reason: "the tag stable points to it" }]);
  });

  test("what an index that stays lists", async () => {
    const repository = await repositoryWith("9.0.0");
    const [arm, amd] = [await pushImage(client, repository, "1.0.0-arm64"), await pushImage(client, repository, "1.0.0-amd64")];
    await pushIndex(client, repository, [arm, amd], "release");
    const { gone, kept } = await prune(repository, { keepLast: 1 });
    expect(gone).toEqual([]);
    expect(kept.map(({ reason }) => reason)).toEqual(Array.from({ length: 2 }, () => "the index release lists it, which stays"));
  });

  test("an index that goes takes what it lists along", async () => {
    const repository = await repositoryWith("9.0.0");
    const child = await pushImage(client, repository, "1.0.0-arm64");
    await pushIndex(client, repository, [child], "1.0.0");
    expect((await prune(repository, { keepLast: 1 })).gone.toSorted()).toEqual(["1.0.0", "1.0.0-arm64"]);
  });

  test("a referrer of what stays, and not of what goes", async () => {
    const repository = await repositoryWith("9.0.0");
    await pushBlobs(client, repository, [emptyBlob()]);
    const [stays, goes] = [await pushImage(client, repository, "main"), await pushImage(client, repository, "1.0.0")];
    await pushManifest(client, repository, referrerOf(stays, "application/spdx+json"), "0.1.0");
    await pushManifest(client, repository, referrerOf(goes, "application/spdx+json"), "0.2.0");
    const { gone, kept } = await prune(repository, { keepLast: 1 });
    expect(gone).toEqual(["1.0.0", "0.2.0"]);
    expect(kept).toEqual([{ tag: "0.1.0", reason: "it refers to main, which stays" }]);
  });

  test("two tags of one content go together", async () => {
    const repository = await repositoryWith("9.0.0");
    await pushImage(client, repository, "1.0.0", "v1.0.0");
    expect((await prune(repository, { keepLast: 1 })).gone.toSorted()).toEqual(["1.0.0", "v1.0.0"]);
  });
});

test("a pruned version can be restored", async () => {
  const repository = await repositoryWith("1.0.0", "2.0.0");
  const digest = (await client.head(`/v2/${repository}/manifests/1.0.0`)).headers.get("Docker-Content-Digest");
  await prune(repository, { keepLast: 1 });
  expect(await call(client, "POST", `/v2/${repository}/_opm/tags/restore`, { tag: "1.0.0" })).toMatchObject({ digest, changed: true });
  expect(await tagsOf(client, repository)).toEqual(["1.0.0", "2.0.0"]);
});

test("bad requests change nothing", async () => {
  const repository = await repositoryWith("1.0.0", "2.0.0");
  const path = `/v2/${repository}/_opm/tags/prune`;
  for (const body of [{}, { keepLast: -1 }, { keepLast: 1, classes: [] }, { keepLast: 1, classes: ["x"] }, { keepLast: 1, name: "a b" }, { olderThan: "1d" }]) {
    expectError(await send(client, "POST", path, body), 400, "BODY_INVALID");
  }
  expectError(await send(client, "POST", "/v2/prune/nowhere/_opm/tags/prune", { keepLast: 1 }), 404, "NAME_UNKNOWN");
  expect(await tagsOf(client, repository)).toEqual(["1.0.0", "2.0.0"]);
});

test("a tag that moves meanwhile stays", async () => {
  const repository = await repositoryWith("9.0.0", "1.0.0");
  const image = await newImage(client, repository);
  const [pruned, pushed] = await Promise.all([prune(repository, { keepLast: 1 }), client.putManifest(repository, "1.0.0", image)]);
  expectStatus(pushed, 201);
  const now = (await client.head(`/v2/${repository}/manifests/1.0.0`)).headers.get("Docker-Content-Digest");
  // Either it was pruned first and pushed anew, or the push came first and the new content stayed, or was what went.
  expect([image.digest, null]).toContain(now);
  if (now === null) expect(pruned.gone).toEqual(["1.0.0"]);
});
