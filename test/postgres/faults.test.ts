import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SQL } from "bun";
import { unknownDigest } from "../../src/storage/metadata/testing/fixture.ts";
import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";
import { configBlob, imageOf, type ManifestContent } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { type PostgresProxy, startPostgresProxy } from "../support/postgres-proxy.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONNECTIONS = 3;
const REPOSITORY = "team/app";

postgresSuite((database, postgres) => {
  describe("faults of PostgreSQL", () => {
    let direct: string;
    let admin: SQL;
    let proxy: PostgresProxy;
    let server: TestServer;
    let client: RegistryClient;
    let image: ManifestContent;

    beforeAll(async () => {
      direct = await database();
      admin = new SQL({ url: direct, adapter: "postgres", max: 1 });
      await admin.unsafe("CREATE ROLE opm LOGIN");
      await admin.unsafe("GRANT ALL ON SCHEMA public TO opm");
      const url = new URL(direct);
      url.username = "opm";
      proxy = await startPostgresProxy(Number(url.port));
      const metadata = { driver: "postgres", url: proxy.urlOf(url.href), connections: CONNECTIONS };
      server = await startTestServer({ config: { storage: { metadata } } });
      client = registryClient(() => server.url);
      image = await newImage();
      expect((await put("kept", image)).status).toBe(201);
    }, 120_000);
    afterAll(async () => {
      await server.stop();
      await proxy.close();
      await admin.close({ timeout: 0 });
    });

    const newImage = async (): Promise<ManifestContent> => {
      const config = configBlob();
      const opened = await client.post(REPOSITORY);
      expect((await client.close(String(opened.headers.get("Location")), config.digest, config.bytes)).status).toBe(201);
      return imageOf(config, []);
    };
    const put = (tag: string, manifest: ManifestContent) => client.putManifest(REPOSITORY, tag, manifest);
    const get = async (tag = "kept"): Promise<number> => (await client.get(`/v2/${REPOSITORY}/manifests/${tag}`)).status;
    const isWell = async (): Promise<boolean> => (await get()) === 200 && (await client.get("/readyz")).status === 200;

    test("a restart under load is answered 503 meanwhile, and what was acknowledged is there", async () => {
      const acknowledged: string[] = [];
      const statuses = new Set<number>();
      let running = true;
      const load = Array.from({ length: 6 }, async (_, worker) => {
        for (let n = 0; running; n++) {
          const tag = `load-${worker}-${n}`;
          const [pushed, read] = await Promise.all([put(tag, image), get()]);
          if (pushed.status === 201) acknowledged.push(tag);
          statuses.add(pushed.status).add(read);
        }
      });
      await eventually("pushes are acknowledged", async () => acknowledged.length > 10);
      await postgres.restart(500);
      const before = acknowledged.length;
      await eventually("pushes are acknowledged again", async () => acknowledged.length > before + 10);
      running = false;
      await Promise.all(load);
      expect([...statuses].sort()).toEqual([200, 201, 503]);
      const listed = (await client.get(`/v2/${REPOSITORY}/tags/list?n=10000`)).json() as { tags: string[] };
      expect(listed.tags).toEqual(expect.arrayContaining(acknowledged));
    }, 180_000);

    test("a node that is cut off answers 503, and recovers by itself", async () => {
      proxy.cut(true);
      expect([await get(), (await put("cut", image)).status, (await client.get("/readyz")).status]).toEqual([503, 503, 503]);
      proxy.cut(false);
      await eventually("the node is well again", isWell);
      expect((await put("cut", image)).status).toBe(201);
    }, 120_000);

    test("a server that falls silent is given up within the limit, and found again", async () => {
      const store = await openPostgresStore({ url: proxy.urlOf(direct), durability: "full", connections: 2, silenceLimit: 1000 });
      try {
        proxy.silence(true);
        const outcomes = await Promise.allSettled([store.check(), store.blobs.reserve(unknownDigest(), 2, 1), store.check()]);
        for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { name: "MetadataStoreError" } });
        expect(outcomes).toContainEqual(expect.objectContaining({ reason: expect.objectContaining({ reason: "timeout" }) }));
        proxy.silence(false);
        await eventually("the store is well again", () => store.check().then(() => true));
      } finally {
        proxy.silence(false);
        await store.close();
      }
      // Bytes of its own were lost, too.
      proxy.cut(true);
      proxy.cut(false);
      await eventually("the node is well again", isWell);
    }, 120_000);

    test("a push whose acknowledgement was lost on the way from the database is whole, or not there, and succeeds again", async () => {
      const lost = await newImage();
      proxy.loseCommit();
      expect((await put("lost", lost)).status).toBe(503);
      expect((await put("lost", lost)).status).toBe(201);
      expect(await get("lost")).toBe(200);
      const [events] = await admin.unsafe("SELECT COUNT(*)::int AS count FROM tag_event WHERE tag = 'lost'");
      expect(events).toEqual({ count: 1 });
    }, 60_000);

    test("reads do not wait for pushes that hold all connections", async () => {
      await using holder = new SQL({ url: direct, adapter: "postgres", max: 1 });
      const pushes: Promise<{ readonly status: number }>[] = [];
      await holder.begin(async (holding) => {
        await holding.unsafe(`SELECT id FROM repository WHERE name = '${REPOSITORY}' FOR UPDATE`);
        pushes.push(...Array.from({ length: 2 * CONNECTIONS }, (_, n) => put(`waiting-${n}`, image)));
        // Not by the connection that holds the lock: within a transaction, PostgreSQL tells of its sessions as they were at first.
        await eventually("pushes wait for the lock", async () => {
          const [row] = await admin.unsafe("SELECT COUNT(*)::int AS count FROM pg_stat_activity WHERE usename = 'opm' AND wait_event_type = 'Lock'");
          return row.count === CONNECTIONS - 1;
        });
        expect(await Promise.all(Array.from({ length: 20 }, () => get()))).toEqual(Array(20).fill(200));
      });
      for (const pushed of await Promise.all(pushes)) expect(pushed.status).toBe(201);
    }, 60_000);

    test("where the server has no more connections, the node gets along with those it has", async () => {
      await admin.unsafe("ALTER ROLE opm CONNECTION LIMIT 1");
      proxy.cut(true);
      proxy.cut(false);
      await eventually("the node is well again", isWell);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 4 === 0 ? put(`poor-${n}`, image).then(({ status }) => status) : get())));
      expect(answers).toEqual(answers.map((_, n) => (n % 4 === 0 ? 201 : 200)));
      await admin.unsafe("ALTER ROLE opm CONNECTION LIMIT -1");
    }, 60_000);
  });
});
