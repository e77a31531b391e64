import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeHandler, reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { keepsChangeTimes } from "../../src/client/verified-files/file-system-clock.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { useClient } from "./client-tests.ts";

const opm = useClient();

const BLOB = crypto.getRandomValues(new Uint8Array(65_536));
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.acme.thing.v1", digest: digestOf(new TextEncoder().encode("{}")), size: 2 },
  layers: [{ mediaType: "text/plain", digest: digestOf(BLOB), size: BLOB.length, annotations: { "org.opencontainers.image.title": "large" } }],
});

const registry: FakeHandler = ({ path }, response) =>
  path.includes("/blobs/")
    ? void response.writeHead(200, { "Content-Length": String(BLOB.length) }).end(BLOB)
    : reply(response, 200, { "Content-Type": "application/vnd.oci.image.manifest.v1+json" }, MANIFEST);

/** Changes one byte; size and time are what they were. */
function alter(path: string): void {
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

test.each([[], ["--verify"], ["--no-cache"]])("a file that was changed and got its size and time back is pulled again, with %j", async (...more) => {
  const server = await startFakeServer(registry);
  try {
    const [folder, reference] = [opm.fresh(), `${server.host}/a:1`];
    const pull = () => opm.json("pull", "-o", folder, ...more, reference);
    await pull();
    await pull();
    const path = join(folder, "large");
    const { ino } = statSync(path);
    expect(await pull()).toMatchObject({ files: [{ path, downloaded: false }] });
    expect(statSync(path).ino).toBe(ino);
    alter(path);
    await pull();
    expect(digestOf(readFileSync(path))).toBe(digestOf(BLOB));
  } finally {
    await server.stop();
  }
});

test("what was noted goes with the cache", async () => {
  const records = () => readdirSync(join(opm.environment.XDG_CACHE_HOME ?? "", "opm", "verified"));
  if (await keepsChangeTimes(opm.environment.XDG_CACHE_HOME ?? "")) expect(records()).not.toEqual([]);
  await opm.succeed("cache", "clean", "--yes", "--quiet");
  expect(records()).toEqual([]);
});
