import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeHandler, reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { opmCommand, opmEnvironment } from "../cli/run-opm.ts";
import { useClient } from "./client-tests.ts";

const opm = useClient();

const BLOB = crypto.getRandomValues(new Uint8Array(60_000));
const DIGEST = digestOf(BLOB);
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.acme.thing.v1", digest: digestOf(new TextEncoder().encode("{}")), size: 2 },
  layers: [{ mediaType: "text/plain", digest: DIGEST, size: BLOB.length, annotations: { "org.opencontainers.image.title": "big" } }],
});

/** How many bytes the next answers send before they stop; all where it is undefined. */
interface Plan {
  stop: number | undefined;
  /** What the Range of each request for the blob was. */
  readonly ranges: (string | undefined)[];
  /** Answers whole contents, whatever is asked for. */
  ignoresRanges?: boolean;
  /** In place of the bytes. */
  content?: Uint8Array;
}

const registry = (plan: Plan, onStopped: () => void = () => {}): FakeHandler => {
  return ({ path, headers }, response) => {
    if (!path.includes("/blobs/")) return reply(response, 200, { "Content-Type": "application/vnd.oci.image.manifest.v1+json" }, MANIFEST);
    plan.ranges.push(headers.range);
    const bytes = plan.content ?? BLOB;
    const start = plan.ignoresRanges === true ? 0 : Number(/^bytes=([0-9]+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    const range = { "Content-Range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start > 0 ? 206 : 200, { "Content-Length": String(bytes.length - start), ...(start > 0 && range) });
    if (plan.stop === undefined) return void response.end(bytes.subarray(start));
    response.write(bytes.subarray(start, plan.stop), onStopped);
  };
};

async function partials(cache: string): Promise<string[]> {
  return readdirSync(join(cache, "partial", "sha256"));
}

const pulled = (folder: string) => Buffer.from(readFileSync(join(folder, "big"))).equals(Buffer.from(BLOB));

/** Pulls until the server has sent what it sends, and ends the process in the hard way once it was written. */
async function killed(host: string, plan: Plan, cache: string, stopped: Promise<void>): Promise<void> {
  const child = Bun.spawn([...opmCommand(), "pull", `${host}/a:1`, "-o", opm.fresh()], {
    env: opmEnvironment({ ...opm.environment, OPM_CACHE: cache }),
    stdout: "ignore",
    stderr: "ignore",
  });
  await stopped;
  const size = () => {
    try {
      return Math.max(0, ...readdirSync(join(cache, "partial", "sha256")).map((name) => readFileSync(join(cache, "partial", "sha256", name)).length));
    } catch {
      return 0;
    }
  };
  for (const end = Date.now() + 50_000; size() < (plan.stop ?? 0) && Date.now() < end; ) await Bun.sleep(20);
  child.kill("SIGKILL");
  await child.exited;
}

test("a pull that was killed goes on where it was, and a damaged beginning is fetched anew", async () => {
  const plan: Plan = { stop: 20_000, ranges: [] };
  let stopped = Promise.withResolvers<void>();
  const server = await startFakeServer((...args) => registry(plan, () => stopped.resolve())(...args));
  const cache = opm.fresh();
  try {
    await killed(server.host, plan, cache, stopped.promise);
    expect(await partials(cache)).toHaveLength(1);
    plan.stop = undefined;
    const out = opm.fresh();
    const second = await opm.run(["pull", "-v", `${server.host}/a:1`, "-o", out], { environment: { OPM_CACHE: cache } });
    expect([second.code, plan.ranges]).toEqual([0, [undefined, `bytes=20000-${BLOB.length - 1}`]]);
    expect([pulled(out), await partials(cache)]).toEqual([true, []]);
    expect(second.stderr).toContain(`cache has the beginning: ${DIGEST}, 20000 bytes`);

    const other = opm.fresh();
    plan.stop = 10_000;
    plan.content = new Uint8Array(BLOB.length);
    stopped = Promise.withResolvers();
    await killed(server.host, plan, other, stopped.promise);
    plan.stop = undefined;
    delete plan.content;
    plan.ranges.length = 0;
    const third = await opm.run(["pull", `${server.host}/a:1`, "-o", `${out}-2`], { environment: { OPM_CACHE: other } });
    expect([third.code, plan.ranges, pulled(`${out}-2`)]).toEqual([0, [`bytes=10000-${BLOB.length - 1}`, undefined], true]);
    expect(await partials(other)).toEqual([]);
  } finally {
    await server.stop();
  }
}, 60_000);

test.each([
  ["that gives parts", false],
  ["that gives none", true],
])(
  "a pull that broke off goes on with a registry %s",
  async (_, ignoresRanges) => {
    const plan: Plan = { stop: 30_000, ranges: [], ignoresRanges };
    const server = await startFakeServer(registry(plan));
    const cache = opm.fresh();
    try {
      const first = await opm.run(["pull", `${server.host}/a:1`, "-o", opm.fresh(), "--timeout", "150ms"], { environment: { OPM_CACHE: cache } });
      expect([first.code, await partials(cache)]).toEqual([3, [DIGEST.slice(7)]]);
      plan.stop = undefined;
      plan.ranges.length = 0;
      const out = opm.fresh();
      expect((await opm.run(["pull", `${server.host}/a:1`, "-o", out], { environment: { OPM_CACHE: cache } })).code).toBe(0);
      expect([plan.ranges, pulled(out)]).toEqual([[`bytes=30000-${BLOB.length - 1}`], true]);
    } finally {
      await server.stop();
    }
  },
  60_000,
);
