import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { Pool } from "../../src/storage/postgres/pool.ts";
import { postgresTransactor } from "../../src/storage/postgres/transactor.ts";
import { migrate } from "../../src/storage/sql/migrate.ts";
import { MIGRATIONS } from "../../src/storage/sql/schema/migrations.ts";
import { opmCommand, opmEnvironment } from "../cli/run-opm.ts";
import { configBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

setDefaultTimeout(180_000);

const REPOSITORY = "team/app";
const LATER = MIGRATIONS.length + 1;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Node {
  readonly server: TestServer;
  readonly client: RegistryClient;
  ready(): Promise<{ readonly status: number; readonly text: string }>;
}

/** Starts builds over one database and one content store. */
function builds(url: string) {
  const folder = mkdtempSync(join(tmpdir(), "opm-builds-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const config = { storage: { metadata: { driver: "postgres", url }, content: { path: join(folder, "content") } } };
  return async (laterBuild?: "adds" | "raises"): Promise<Node> => {
    const server = await startTestServer({ config, ...(laterBuild && { laterBuild }) });
    cleanups.push(() => server.stop());
    const ready = async () => {
      const answer = await fetch(`${server.url}/readyz`);
      return { status: answer.status, text: await answer.text() };
    };
    return { server, client: registryClient(() => server.url), ready };
  };
}

/** Pushes an image with one layer. @returns undefined when the registry does not take it now */
async function push({ client }: Node, tag: string): Promise<ManifestContent | undefined> {
  const layer = randomBlob();
  const config = configBlob();
  const image = imageOf(config, [layer]);
  for (const { digest, bytes } of [layer, config]) {
    const { status } = await client.post(REPOSITORY, { digest }, { body: bytes });
    if (status === 503) return undefined;
    expect(status).toBe(201);
  }
  const { status } = await client.putManifest(REPOSITORY, tag, image);
  if (status === 503) return undefined;
  expect(status).toBe(201);
  return image;
}

async function pushed(node: Node, tag: string): Promise<ManifestContent> {
  return (await push(node, tag)) ?? Promise.reject(new Error(`${tag} was not taken`));
}

async function expectThere({ client }: Node, tag: string, image: ManifestContent): Promise<void> {
  const answer = await client.get(`/v2/${REPOSITORY}/manifests/${tag}`);
  expectStatus(answer, 200);
  expectBytes(answer, image.bytes);
}

postgresSuite((database) => {
  test("beside a build that says nothing of what programs must know, which it would not see, this one does not start", async () => {
    const url = await database();
    const pool = new Pool({ url, connections: 1 });
    await migrate(postgresTransactor(pool), { target: 11 });
    await pool.close();
    const before = new SQL({ url, adapter: "postgres", max: 1, connection: { application_name: "opm" } });
    await before.unsafe("SELECT version FROM schema_migration");
    const start = builds(url);
    const refused = await start().catch((error: unknown) => error);
    await before.close({ timeout: 0 });
    expect(String(refused)).toMatch(/the server ended with 2:\nopm: storage\.metadata\.url: an opm from before schema version 12 .*: stop it on every machine/);
    // The server notices the end of a connection by itself.
    await eventually("it starts", () =>
      start().then(
        () => true,
        () => false,
      ),
    );
  });

  test("a node that waits until another has brought the database up to date ends when it is told to", async () => {
    const url = await database();
    await using other = new SQL({ url, adapter: "postgres", max: 1 });
    await using looking = new SQL({ url, adapter: "postgres", max: 1 });
    const folder = mkdtempSync(join(tmpdir(), "opm-builds-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    await other.begin(async (connection) => {
      await connection.unsafe("SELECT pg_advisory_xact_lock(7303277)");
      const environment = opmEnvironment({ HOME: folder, OPM_STORAGE_METADATA_DRIVER: "postgres", OPM_STORAGE_METADATA_URL: url });
      const command = [...opmCommand(), "serve", "--listen", "127.0.0.1:0", "--data", folder];
      const node = Bun.spawn(command, { env: environment, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      cleanups.push(() => node.kill("SIGKILL"));
      // One connection that looked at the schema, and one of its own to bring that up to date, for which it has no turn.
      const waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'opm/%'";
      await eventually("it waits", async () => (await looking.unsafe(waits)).length > 1);
      node.kill("SIGTERM");
      const timer = setTimeout(() => node.kill("SIGKILL"), 50_000);
      const [code, stdout, stderr] = await Promise.all([node.exited, node.stdout.text(), node.stderr.text()]);
      clearTimeout(timer);
      expect([code, stdout]).toEqual([143, ""]);
      expect(stderr).toContain("opm: SIGTERM received before the server was ready: ending");
    });
  });

  test("a later build that only adds to the schema works beside this one, which also starts beside it", async () => {
    const url = await database();
    const start = builds(url);
    const here = await start();
    const first = await pushed(here, "before");
    const later = await start("adds");
    await expectThere(later, "before", first);
    for (const round of [1, 2]) {
      for (const [writer, reader] of [
        [here, later],
        [later, here],
      ] as const) {
        const tag = `${round}-${writer === here ? "here" : "later"}`;
        const image = await pushed(writer, tag);
        await expectThere(reader, tag, image);
        await expectThere(writer, tag, image);
      }
      if (round === 1) await here.server.restart();
    }
    expect((await here.ready()).status).toBe(200);
    expect((await later.ready()).status).toBe(200);
    await using sql = new SQL({ url, adapter: "postgres", max: 1 });
    expect([...(await sql`SELECT MAX(version) AS version FROM schema_migration`)]).toEqual([{ version: LATER }]);
    const names = await sql`SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'opm/%' ORDER BY 1`;
    expect(names.map(({ name }: { name: string }) => name)).toEqual([`opm/${LATER - 1}`, `opm/${LATER}`]);
  });

  test("a later build that asks for programs which know it: this one takes no more pushes before the step, and is not ready", async () => {
    const url = await database();
    const start = builds(url);
    const here = await start();
    const acknowledged = new Map<string, ManifestContent>();
    let upgraded = false;
    let refused = 0;
    const pushing = (async () => {
      for (let n = 0; !upgraded; n++) {
        const image = await push(here, `n${n}`);
        if (image === undefined) {
          refused++;
          await Bun.sleep(50);
        } else acknowledged.set(`n${n}`, image);
        // Once it was refused, it takes nothing again.
        expect(refused > 0 && image !== undefined).toBe(false);
      }
    })();
    pushing.catch(() => undefined);
    await eventually("pushes are taken", async () => acknowledged.size > 1);
    const later = await start("raises").finally(() => {
      upgraded = true;
    });
    await pushing;
    expect(refused).toBeGreaterThan(0);
    for (const [tag, image] of acknowledged) await expectThere(later, tag, image);

    await eventually("it is not ready", async () => (await here.ready()).status === 503);
    expect((await here.ready()).text).toContain(`asks for programs that know schema version ${LATER}, this one knows ${LATER - 1}`);
    const blob = randomBlob();
    const answer = await here.client.post(REPOSITORY, { digest: blob.digest }, { body: blob.bytes });
    expectStatus(answer, 503);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(Buffer.from(answer.body).toString()).toContain("older than the registry's database");
    const [tag, image] = [...acknowledged][0] ?? [];
    if (tag === undefined || image === undefined) throw new Error("nothing was pushed");
    await expectThere(here, tag, image);
    expect((await later.ready()).status).toBe(200);
    await expectThere(here, "after", await pushed(later, "after"));

    const ended = await here.server.restart().catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(Error);
    expect(String(ended)).toMatch(/the server ended with 2:\n/);
    expect(String(ended)).toMatch(new RegExp(`opm: storage\\.metadata\\.url: .* has schema version ${LATER} .*start the newer program`));
  });
});
