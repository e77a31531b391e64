import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runOpm } from "../cli/run-opm.ts";
import { blobPath } from "../clients/images.ts";
import { useSandbox } from "../clients/sandbox.ts";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { addUser } from "../support/accounts.ts";
import { configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";
import { findTool } from "../support/tools.ts";
import { useS3 } from "./registries.ts";

const under = useS3();
const sandbox = useSandbox();
afterEach(() => under.proxy.mend());

const MIB = 2 ** 20;

async function pushImage(server: TestServer, repository: string, headers: Readonly<Record<string, string>> = {}) {
  const client = registryClient(() => server.url, headers);
  const [config, small, large] = [configBlob(), randomBlob(3_000), randomBlob(3 * MIB)];
  await pushBlobs(client, repository, [config, small, large]);
  const image = imageOf(config, [small, large]);
  await pushManifest(client, repository, image, "v1");
  return { client, config, small, large, image };
}

describe.each(["own", "node"])("a registry that redirects, listener %s", (listener) => {
  const repository = `redirect/${listener}`;
  const start = async (settings: Readonly<Record<string, unknown>> = {}) =>
    under.start(await under.bucket({ redirect: "on", ...settings }), { server: { listener } });

  test("sends readers of large blobs to the bucket, and answers everything else by itself", async () => {
    const server = await start();
    const { client, small, large } = await pushImage(server, repository);
    under.proxy.reset();
    const path = (digest: string) => `/v2/${repository}/blobs/${digest}`;
    const head = await client.head(path(large.digest));
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(large.bytes.length)]);
    expect((await client.get(path(small.digest))).body).toEqual(small.bytes);
    expect((await client.get(path(small.digest))).body).toEqual(small.bytes);
    expect((await client.get(path(large.digest), { "If-None-Match": `"${large.digest}"` })).status).toBe(304);
    expect((await client.get(path(large.digest), { Range: `bytes=${large.bytes.length}-` })).status).toBe(416);
    expect(under.proxy.counts()).toEqual({ GetObject: 1 });

    const answer = await client.get(path(large.digest), { Range: "bytes=10-19" });
    expect([answer.status, answer.body.length, answer.headers.get("docker-content-digest")]).toEqual([307, 0, large.digest]);
    expect(answer.headers.get("cache-control")).toBe("private, max-age=0, must-revalidate");
    const location = new URL(answer.headers.get("location") ?? "");
    expect(Number(location.searchParams.get("X-Amz-Expires"))).toBeGreaterThanOrEqual(20 * 60);
    expect(location.origin).toBe(under.proxy.endpoint);
    const got = await fetch(location);
    expect([got.status, got.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
    expect(await got.bytes()).toEqual(large.bytes);
    const part = await fetch(location, { headers: { Range: "bytes=10-19" } });
    expect([part.status, await part.bytes()]).toEqual([206, large.bytes.slice(10, 20)]);
  });

  test("asks the bucket for nothing where manifests, tags and sizes of blobs are asked for", async () => {
    const server = await start();
    const { client, config, small, large, image } = await pushImage(server, repository);
    under.proxy.reset();
    for (const reference of ["v1", image.digest]) {
      expect((await client.head(`/v2/${repository}/manifests/${reference}`)).status).toBe(200);
      expect((await client.get(`/v2/${repository}/manifests/${reference}`)).body).toEqual(image.bytes);
    }
    for (const { digest } of [config, small, large]) expect((await client.head(`/v2/${repository}/blobs/${digest}`)).status).toBe(200);
    await pushManifest(client, repository, image, "v2");
    expect((await client.get(`/v2/${repository}/tags/list`)).text()).toContain("v2");
    expect(under.proxy.counts()).toEqual({});
  });

  test("leads to its public endpoint, from the size that is set", async () => {
    const server = await start({ publicEndpoint: "https://cdn.example.org/s3", redirectFrom: "1KiB" });
    const { client, small, config } = await pushImage(server, repository);
    const location = (await client.get(`/v2/${repository}/blobs/${small.digest}`)).headers.get("location");
    expect(location).toStartWith("https://cdn.example.org/s3/bucket-");
    expect((await client.get(`/v2/${repository}/blobs/${config.digest}`)).body).toEqual(config.bytes);
  });

  test("serves opm, crane and skopeo, which keep their credentials from the bucket", async () => {
    const grants = [{ subjects: ["authenticated"], repositories: "**", actions: ["pull", "push"] }];
    const server = await under.start(await under.bucket({ redirect: "on" }), { server: { listener }, access: { grants } });
    await addUser(server, "ann", "her password");
    const authorization = `Basic ${btoa("ann:her password")}`;
    const { image, large } = await pushImage(server, repository, { authorization });
    const host = `127.0.0.1:${server.port}`;
    const reference = `${host}/${repository}:v1`;
    const auths = JSON.stringify({ auths: { [host]: { auth: btoa("ann:her password") } } });
    under.proxy.reset();
    const environment = { HOME: sandbox.path, XDG_CACHE_HOME: sandbox.fresh(), DOCKER_AUTH_CONFIG: auths };
    const pulled = await runOpm(["pull", reference, "--output", sandbox.fresh(), "--plain-http"], { environment });
    expect([pulled.code, pulled.stderr]).toEqual([0, expect.any(String)]);
    expect(under.proxy.counts().GetObject).toBeGreaterThan(0);

    await Bun.write(join(sandbox.path, "containers", "auth.json"), auths);
    await Bun.write(join(sandbox.path, "docker", "config.json"), auths);
    const crane = await findTool("crane");
    const layout = sandbox.fresh();
    await sandbox.succeed(crane, ["pull", "--format", "oci", reference, layout]);
    expect(readFileSync(blobPath(layout, large.digest))).toEqual(Buffer.from(large.bytes));
    const skopeo = await findTool("skopeo");
    const copied = sandbox.fresh();
    const copy = ["--insecure-policy", "copy", "--src-tls-verify=false", "--preserve-digests", `docker://${reference}`, `oci:${copied}:v1`];
    await sandbox.succeed(skopeo, copy);
    expect(readFileSync(blobPath(copied, large.digest))).toEqual(Buffer.from(large.bytes));
    expect(readFileSync(blobPath(copied, image.digest))).toEqual(Buffer.from(image.bytes));
  }, 300_000);
});

describe.each(["own", "node"])("a registry that sends by itself, listener %s", (listener) => {
  const repository = `through/${listener}`;
  const start = async () => under.start(await under.bucket(), { server: { listener } });

  test("goes on where the bucket breaks off, before the reader notices", async () => {
    const server = await start();
    const client = registryClient(() => server.url);
    const large = randomBlob(12 * MIB);
    await pushBlobs(client, repository, [large]);
    under.proxy.reset();
    under.proxy.break({ faults: ["half-answer"], operations: ["GetObject"], rate: 0.6 });
    const path = `/v2/${repository}/blobs/${large.digest}`;
    const whole = await client.get(path);
    expect([whole.status, whole.body.length]).toEqual([200, large.bytes.length]);
    expect(whole.body).toEqual(large.bytes);
    const part = await client.get(path, { Range: "bytes=1000000-11000000" });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 1000000-11000000/${large.bytes.length}`]);
    expect(part.body).toEqual(large.bytes.slice(1_000_000, 11_000_001));
    expect(under.proxy.faults()).toBeGreaterThan(0);
  });

  test("says 503 when the bucket does not give the bytes, and not a broken body", async () => {
    const server = await start();
    const { client, small, large } = await pushImage(server, repository);
    under.proxy.break({ faults: ["read-only"], operations: ["PutObject"] });
    for (const { digest, bytes } of [small, large]) expect((await client.get(`/v2/${repository}/blobs/${digest}`)).body).toEqual(bytes);
    under.proxy.break({ faults: ["error"], operations: ["GetObject"] });
    const answer = await client.get(`/v2/${repository}/blobs/${large.digest}`);
    expectStatus(answer, 503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(answer.text()).not.toMatch(/S3|bucket|http/);
    expect((await client.get(`/v2/${repository}/blobs/${small.digest}`)).body).toEqual(small.bytes);
  }, 120_000);
});
