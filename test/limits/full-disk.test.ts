import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opmCommand } from "../cli/run-opm.ts";
import { openUpload, PUSH_METHODS, pushBlob } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { type Content, configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { freshRepository } from "../support/use-registry.ts";

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "opm-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that runs its arguments as `opm` does, after the lines of `preparation`; `$5` is the data folder. */
function wrapped(name: string, preparation: readonly string[]): string {
  const file = join(folder, name);
  const quoted = opmCommand().map((word) => `'${word}'`);
  writeFileSync(file, ["#!/bin/sh", "set -e", ...preparation, `exec ${quoted.join(" ")} "$@"`, ""].join("\n"));
  chmodSync(file, 0o755);
  return file;
}

/** A program whose data lies on a file system of `size` that nobody else sees, and that is gone when it ends. */
function onSmallDisk(size: string): string {
  const inner = wrapped(`on-${size}`, ['mkdir -p "$5"', `mount -t tmpfs -o size=${size} none "$5"`]);
  const file = join(folder, `unshare-${size}`);
  writeFileSync(file, ["#!/bin/sh", `exec unshare --mount --map-root-user '${inner}' "$@"`, ""].join("\n"));
  chmodSync(file, 0o755);
  return file;
}

/** Mounting needs root, or user namespaces that are switched off on some machines. */
const MAY_MOUNT = Bun.spawnSync(["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", folder], { stderr: "ignore" }).success;

async function withServer(binary: string, collector: Readonly<Record<string, string>>, work: (server: TestServer, client: RegistryClient) => Promise<void>) {
  const server = await startTestServer({ binary, config: { collector, log: { level: "error" } } });
  try {
    await work(
      server,
      registryClient(() => server.url),
    );
    expect(await server.stop()).toBe(0);
  } catch (error) {
    await server.stop("SIGKILL");
    throw error;
  }
}

function expectFull(answer: Answer): void {
  expect(answer.status).toBeOneOf([503, 507]);
  expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
  const { errors } = answer.json() as { errors: { code: string; message: string }[] };
  expect(errors.map((error) => error.code)).toEqual(["UNAVAILABLE"]);
}

/** Of a push in several requests, the first that meets the full disk may be one before the last. */
async function expectRefused(push: Promise<Answer>): Promise<void> {
  const answer = await push.catch((error: unknown) => String(error));
  if (typeof answer === "string") expect(answer).toMatch(/50[37]/);
  else expectFull(answer);
}

async function postBlob(client: RegistryClient, repository: string, blob: Content): Promise<Answer> {
  return client.post(repository, { digest: blob.digest }, { body: blob.bytes });
}

/** Pushes blobs of `size` until one is refused; gives those that were taken. */
async function fill(client: RegistryClient, repository: string, size: number): Promise<Content[]> {
  const taken: Content[] = [];
  for (;;) {
    const blob = randomBlob(size);
    const answer = await postBlob(client, repository, blob);
    if (answer.status !== 201) {
      expectFull(answer);
      expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
      return taken;
    }
    taken.push(blob);
  }
}

async function eventually(limit: number, attempt: () => Promise<Answer>, status: number): Promise<void> {
  let answer = await attempt();
  for (const end = performance.now() + limit; answer.status !== status && performance.now() < end; answer = await attempt()) await Bun.sleep(100);
  expectStatus(answer, status);
}

test.skipIf(!MAY_MOUNT && process.env.CI !== "true")(
  "a full disk refuses pushes, keeps what is there, and takes more once there is room (to run: unshare --mount --map-root-user must be permitted)",
  () =>
    withServer(onSmallDisk("24m"), { interval: "0s" }, async (_server, client) => {
      const repository = freshRepository();
      const [config, layer] = [configBlob(), randomBlob()];
      await pushBlob(client, repository, config);
      await pushBlob(client, repository, layer);
      const uploads = await Promise.all(Array.from({ length: 6 }, () => openUpload(client, repository)));
      for (const location of uploads) expectStatus(await client.patch(location, randomBlob(MIB).bytes, 0), 202);
      const taken = await fill(client, repository, MIB);
      expect(taken.length).toBeGreaterThan(5);
      for (const push of Object.values(PUSH_METHODS)) await expectRefused(push(client, repository, randomBlob(2 * MIB)));
      for (const blob of taken) expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);

      for (const location of uploads) expectStatus(await client.delete(location), 204);
      expectStatus(await client.putManifest(repository, "after", imageOf(config, [layer])), 201);
      for (const push of Object.values(PUSH_METHODS)) {
        const blob = randomBlob(MIB);
        expectStatus(await push(client, repository, blob), 201);
        expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
      }
    }),
  60_000,
);

test.skipIf((!MAY_MOUNT || process.getuid?.() !== 0) && process.env.CI !== "true")(
  "a disk so full that not even metadata fits answers every push with an error and shows none of it (to run: as root)",
  () =>
    withServer(onSmallDisk("12m"), { interval: "0s" }, async (server, client) => {
      const repository = freshRepository();
      const [config, layer] = [configBlob(), randomBlob()];
      await pushBlob(client, repository, config);
      await pushBlob(client, repository, layer);
      for (const size of [MIB, 64 * 1024, 4096, 1]) await fill(client, repository, size);
      const stored: string[] = [];
      let answer: Answer | undefined;
      for (let at = 0; answer === undefined || (answer.status === 201 && at < 5000); at++) {
        const manifest = imageOf(config, [layer], { annotations: { padding: `${at}`.padEnd(20_000, "x") } });
        answer = await client.putManifest(repository, `tag-${at}`, manifest);
        if (answer.status === 201) stored.push(`tag-${at}`);
        else expectStatus(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), 404);
      }
      if (answer !== undefined) expectFull(answer);
      const { tags } = (await client.get(`/v2/${repository}/tags/list`)).json() as { tags: string[] };
      expect(new Set(tags)).toEqual(new Set(stored));

      const grown = Bun.spawnSync(["nsenter", `--target=${server.pid}`, "--mount", "mount", "-o", "remount,size=64m", server.dataDir]);
      expect(grown.stderr.toString()).toBe("");
      await eventually(50_000, () => client.putManifest(repository, "after", imageOf(config, [layer])), 201);
      await fill(client, repository, 8 * MIB);
    }),
  60_000,
);

test("a limit on the size of files refuses larger blobs however they are pushed, until it is lifted", () => {
  const LIMIT = 4 * MIB;
  return withServer(wrapped("limited", [`ulimit -S -f ${LIMIT / 512}`]), { interval: "0s" }, async (server, client) => {
    const repository = freshRepository();
    const blob = randomBlob(LIMIT + 1);
    for (const push of Object.values(PUSH_METHODS)) {
      await expectRefused(push(client, repository, blob));
      expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
    }
    await pushBlob(client, repository, randomBlob(MIB));
    expect(Bun.spawnSync(["prlimit", `--pid=${server.pid}`, "--fsize=unlimited:"]).success).toBeTrue();
    for (const push of Object.values(PUSH_METHODS)) expectStatus(await push(client, repository, blob), 201);
    expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  });
}, 60_000);
