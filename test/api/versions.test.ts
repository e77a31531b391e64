import { beforeAll, describe, expect, test } from "bun:test";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { indexRepresentation } from "../../src/server/extension/index-representation.ts";
import { indexOf } from "../support/content.ts";
import { expectError } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { type CallOptions, call, callPages, send } from "./call.ts";
import { type Pushed, pushSample, pushTagged } from "./sample.ts";

const { client } = useRegistry();
const path = { name: "shop/web/app" };
let app: Pushed = {};

beforeAll(async () => {
  ({ app } = await pushSample(client));
  const tags = ["1.0.0", "1.2.0", "1.10.0", "1.10.1-rc.1", "v2.0.0", "0.9.0", "2.0.0-alpha.2", "2.0.0-alpha.10", "stable", "nightly-7"];
  await pushTagged(client, "order/many", indexOf([]), tags);
}, 60_000);

const digestOf = (tag: string): string => app[tag]?.digest ?? "";

async function versions(query: CallOptions["query"], name = "order/many"): Promise<string[]> {
  const pages = await callPages(client, "listVersions", { path: { name }, query: query ?? {} });
  return pages.flatMap((page) => page.versions.map(({ tag }) => tag));
}

describe("tags", () => {
  test("have a class with its rule, and floating ones a version", async () => {
    const { tags } = await call(client, "listTags", { path });
    const about = Object.fromEntries(tags.map((tag) => [tag.tag, [tag.class, tag.rule, tag.overwrite, tag.resolvesTo]]));
    expect(about).toMatchObject({
      "v1.1.0": ["semver", "semver-full", "warned", null],
      "v1.0": ["floating", "semver-partial", "allowed", "v1.0.0"],
      latest: ["floating", "floating-name", "allowed", "v1.1.0"],
      "main-20260131": ["opaque", "no-rule-matched", "allowed", null],
      [`${digestOf("v1.1.0").replace(":", "-")}.sig`]: ["attachment", "cosign-attachment", "allowed", null],
      [digestOf("v1.0.0").replace(":", "-")]: ["referrers", "referrers-tag-schema", "allowed", null],
    });
  });

  test.each([
    [{ class: ["attachment", "referrers"] }, 2],
    [{ class: "semver" }, 3],
    [{ name: "v1*" }, 5],
    [{ platform: "windows/amd64" }, 2],
    [{ platform: "Windows/x86_64" }, 2],
    [{ signed: true }, 4],
    [{ type: "application/vnd.example.notes" }, 1],
    [{ annotation: "stage=prod", class: "semver" }, 3],
    [{ until: "2020-01-01T00:00:00Z" }, 0],
  ] as const)("filtered by %j", async (query, count) => {
    const pages = await callPages(client, "listTags", { path, query: { ...query, n: 2 } });
    expect(pages.flatMap(({ tags }) => tags)).toHaveLength(count);
  });

  test("as an image index", async () => {
    const answer = await send(client, "listTags", { path, query: { class: "semver" }, headers: { Accept: OCI_IMAGE_INDEX } });
    expect(answer.headers.get("Content-Type")).toBe(OCI_IMAGE_INDEX);
    const { manifests } = indexRepresentation.parse(answer.json());
    expect(manifests.map(({ annotations }) => annotations["org.opencontainers.image.ref.name"])).toEqual(["v1.0.0", "v1.1.0", "v2.0.0-rc.1"]);
    expect(manifests.map(({ digest }): string => digest)).toEqual(["v1.0.0", "v1.1.0", "v2.0.0-rc.1"].map(digestOf));
  });
});

describe("versions", () => {
  test.each([
    [{}, ["v2.0.0", "1.10.0", "1.2.0", "1.0.0", "0.9.0"]],
    [{ order: "asc" }, ["0.9.0", "1.0.0", "1.2.0", "1.10.0", "v2.0.0"]],
    [{ prerelease: true }, ["v2.0.0", "2.0.0-alpha.10", "2.0.0-alpha.2", "1.10.1-rc.1", "1.10.0", "1.2.0", "1.0.0", "0.9.0"]],
    [{ range: "^1.2" }, ["1.10.0", "1.2.0"]],
    [{ range: "^1.2", prerelease: true }, ["1.10.1-rc.1", "1.10.0", "1.2.0"]],
    [{ range: "<1 || >=2" }, ["v2.0.0", "0.9.0"]],
    [{ range: ">=2.0.0-alpha.5 <2.0.0-rc" }, ["2.0.0-alpha.10"]],
    [{ range: ">9" }, []],
  ] as const)("by %j, page by page", async (query, expected) => {
    expect(await versions(query)).toEqual([...expected]);
    expect(await versions({ ...query, n: 1 })).toEqual([...expected]);
    expect(await versions({ ...query, n: 2 })).toEqual([...expected]);
  });

  test("floating tags stand apart, others are no versions", async () => {
    const { floating, versions: found } = await call(client, "listVersions", { path });
    expect(floating).toEqual({ "v1.0": "v1.0.0", v1: "v1.1.0", "v1.1": "v1.1.0", latest: "v1.1.0", edge: "v2.0.0-rc.1" });
    expect(found.map(({ tag }) => tag)).toEqual(["v1.1.0", "v1.0.0"]);
  });

  test("a range that is none is refused with an example", async () => {
    const answer = await send(client, "listVersions", { path, query: { range: "one.two" } });
    expectError(answer, 400, "VERSION_RANGE_INVALID");
    expect(answer.text()).toContain("^1.2");
  });
});

describe("resolving", () => {
  test.each([
    [{ range: "^1" }, "v1.1.0"],
    [{ range: "1.0.x" }, "v1.0.0"],
    [{ range: "^1", platform: "linux/arm64" }, "v1.1.0"],
    [{ range: "^1", platform: "windows/amd64" }, "v1.0.0"],
    [{ range: ">=2", prerelease: true }, "v2.0.0-rc.1"],
    [{ tag: "latest" }, "latest"],
    [{}, "v1.1.0"],
    [{ platform: "linux/arm64/v8" }, "v1.1.0"],
    [{ type: "application/vnd.oci.image.config.v1+json" }, "v1.1.0"],
  ] as const)("%j", async (query, tag) => {
    const found = await call(client, "resolveVersion", { path, query });
    expect(found.tag as string).toBe(tag);
    expect(found.descriptor.digest as string).toBe(digestOf(tag === "latest" ? "v1.1.0" : tag));
    if ("platform" in query) expect(query.platform).toStartWith(`${found.platform?.platform?.os}/${found.platform?.platform?.architecture}`);
    else expect(found.platform).toBeNull();
  });

  test.each([
    ["windows/x86_64", "v1.0.0", "windows/amd64"],
    ["Linux/AMD64", "v1.1.0", "linux/amd64"],
    ["linux/aarch64", "v1.1.0", "linux/arm64"],
    ["linux/aarch64/8", "v1.1.0", "linux/arm64"],
  ])("%s is a platform by another name", async (platform, tag, usual) => {
    const found = await call(client, "resolveVersion", { path, query: { platform } });
    expect(found.tag as string).toBe(tag);
    expect(`${found.platform?.platform?.os}/${found.platform?.platform?.architecture}`).toBe(usual);
  });

  test("without a version it is the tag latest, and what names no platform suits all", async () => {
    expect((await call(client, "resolveVersion", { path: { name: "shop/base/os" } })).tag as string).toBe("latest");
    const chart = await call(client, "resolveVersion", { path: { name: "charts/common" }, query: { platform: "linux/amd64" } });
    expect(chart.platform?.digest).toBe(chart.descriptor.digest);
  });

  test.each([
    [{ range: "^7" }, "version in ^7"],
    [{ range: "^1", platform: "linux/s390x" }, "for linux/s390x"],
    [{ range: "^1", platform: "linux/armhf" }, "for linux/armhf"],
    [{ tag: "absent" }, "tag absent"],
    [{ range: "^1", type: "application/vnd.example" }, "of type application/vnd.example"],
  ] as const)("%j is not there, and the answer says what was looked for", async (query, text) => {
    const answer = await send(client, "resolveVersion", { path, query });
    expectError(answer, 404, "VERSION_UNKNOWN");
    expect(answer.text()).toContain(text);
  });

  test("range and tag exclude each other", async () => {
    expectError(await send(client, "resolveVersion", { path, query: { range: "^1", tag: "latest" } }), 400, "PARAMETER_INVALID");
  });

  test("names a tag to ask for where there is neither a version nor latest", async () => {
    await pushTagged(client, "order/major", indexOf([]), ["3"]);
    const answer = await send(client, "resolveVersion", { path: { name: "order/major" } });
    expectError(answer, 404, "VERSION_UNKNOWN");
    expect(answer.text()).toContain("no version and no tag latest; name a tag, e.g. 3");
  });

  test("is answered from the revision of the repository while nothing is pushed", async () => {
    const name = "order/many";
    const first = await send(client, "resolveVersion", { path: { name } });
    const known = { "If-None-Match": first.headers.get("ETag") ?? "" };
    expect((await send(client, "resolveVersion", { path: { name }, headers: known })).status).toBe(304);
    expect((await send(client, "resolveVersion", { path: { name }, query: { range: "^1" }, headers: known })).status).toBe(200);
    await pushTagged(client, name, indexOf([], { annotations: { new: "yes" } }), ["v3.0.0"]);
    const later = await send(client, "resolveVersion", { path: { name }, headers: known });
    expect([later.status, (later.json() as { tag: string }).tag]).toEqual([200, "v3.0.0"]);
  });
});
