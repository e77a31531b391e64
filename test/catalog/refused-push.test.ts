import { describe, expect, test } from "bun:test";
import { runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { pushBlobs } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { emptyBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";

const { client, server } = useRegistry({ config: { types: { deny: ["application/vnd.zz.*"] } } });

function send(method: string, path: string, body?: unknown): Promise<Answer> {
  return client.request(method, path, body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Names in every list that a package would be in. */
async function lists(name: string): Promise<string[]> {
  const [namespace = ""] = name.split("/");
  const paths = [
    "/v2/_catalog?n=1000",
    "/v2/_opm/catalog/repositories",
    `/v2/_opm/catalog/search?q=${name.split("/")[1]}`,
    "/v2/_opm/catalog/namespaces",
    "/v2/_opm/catalog/projects",
  ];
  const texts = await Promise.all(paths.map(async (path) => (await client.get(path)).text()));
  return paths.filter((_, index) => texts[index]?.includes(index < 3 ? name : `"${namespace}"`));
}

describe("what a policy refuses", () => {
  test("leaves no empty package behind, and the next push makes one", async () => {
    const blob = randomBlob();
    const denied = imageOf(emptyBlob(), [blob], { artifactType: "application/vnd.zz.thing" });
    await pushBlobs(client, "newns/empty", [blob, emptyBlob()]);
    expectError(await client.putManifest("newns/empty", "1", denied), 403, "DENIED");
    expect(await lists("newns/empty")).toEqual([]);
    expectError(await client.get("/v2/newns/empty/_opm/repo/info"), 404, "NAME_UNKNOWN");
    expectStatus(await client.get(`/v2/newns/empty/blobs/${blob.digest}`), 200);
    expectStatus(await client.putManifest("newns/empty", "1", imageOf(emptyBlob(), [blob], { artifactType: "application/vnd.yy.thing" })), 201);
    expect(await lists("newns/empty")).toHaveLength(5);
    expectStatus(await client.delete("/v2/newns/empty/manifests/1"), 202);
    expect(await lists("newns/empty")).toHaveLength(5);
    expectStatus(await send("DELETE", "/api/v1/repositories/newns/empty"), 200);
    await pushBlobs(client, "newns/empty", [blob]);
    expect(await lists("newns/empty")).toEqual([]);
  });

  test("a repository that was declared is there before its first push", async () => {
    expectStatus(await send("PUT", "/api/v1/repositories/declared/first", { description: "To come" }), 200);
    expect(await lists("declared/first")).toHaveLength(5);
  });

  test("is told before blobs are sent: what is missing, what is warned of, what is refused", async () => {
    const [there, absent] = [randomBlob(), randomBlob()];
    await pushBlobs(client, "checked/app", [there, emptyBlob()]);
    const check = (type: string, tags: readonly string[]) => {
      const image = imageOf(emptyBlob(), [there, absent], { artifactType: type });
      return send("POST", "/v2/checked/app/_opm/manifest/check", { tags, mediaType: image.mediaType, manifest: new TextDecoder().decode(image.bytes) });
    };
    const answer = await check("application/vnd.yy.thing", ["1.0.0"]);
    expectStatus(answer, 200);
    expect(answer.json()).toEqual({ name: "checked/app", missing: [absent.digest], warnings: [] });
    expectError(await check("application/vnd.zz.thing", ["1.0.0"]), 403, "POLICY_VIOLATION");
    expectStatus(await client.putManifest("checked/app", "1.0.0", imageOf(emptyBlob(), [there], { artifactType: "application/vnd.yy.thing" })), 201);
    expect((await check("application/vnd.yy.thing", ["1.0.0"])).json()).toMatchObject({ warnings: [expect.stringContaining("1.0.0")] });
    expectStatus(await send("PUT", "/api/v1/projects/checked/_", { policies: { versions: "enforce", types: "enforce" } }), 200);
    expectError(await check("application/vnd.yy.thing", ["1.0.0"]), 403, "POLICY_VIOLATION");
    expectError(await check("application/vnd.xx.thing", ["2.0.0"]), 403, "POLICY_VIOLATION");
    expect((await client.get("/v2/checked/app/tags/list")).json()).toMatchObject({ tags: ["1.0.0"] });
    expectError(
      await send("POST", "/v2/checked/app/_opm/manifest/check", { tags: [], mediaType: "application/json", manifest: "{}" }),
      400,
      "MANIFEST_INVALID",
    );
  });

  test("opm push of it sends nothing", async () => {
    const folder = temporaryFolder();
    try {
      const host = new URL(server().url).host;
      await Bun.write(`${folder.path}/file`, "x".repeat(1000));
      const push = (type: string) =>
        runOpm(["push", "-t", type, `${host}/fresh/app:1`, "file"], { directory: folder.path, environment: { HOME: folder.path } });
      const before = await client.get("/metrics");
      const refused = await push("application/vnd.zz.thing");
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain("application/vnd.zz.thing");
      expect(uploads((await client.get("/metrics")).text())).toBe(uploads(before.text()));
      expect(await lists("fresh/app")).toEqual([]);
      expect((await push("application/vnd.yy.thing")).code).toBe(0);
      expect(uploads((await client.get("/metrics")).text())).not.toBe(uploads(before.text()));
    } finally {
      folder.remove();
    }
  });
});

/** What the server counts of requests that begin an upload. */
function uploads(metrics: string): string {
  return metrics
    .split("\n")
    .filter((line) => /method="POST"/.test(line) && /blobs|upload/i.test(line) && /_total|_count/.test(line))
    .join("\n");
}
