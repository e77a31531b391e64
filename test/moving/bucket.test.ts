import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { runOpm } from "../cli/run-opm.ts";
import { randomBlob } from "../support/content.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";
import { makePlaces, type Place } from "./places.ts";
import { answersOf, pushBlob, tellStory } from "./story.ts";

/** Milliseconds for a test that starts servers, and for the installation of the service. */
const LIMIT = 300_000;

const PASSWORD = "a-long-password";

postgresSuite((createDatabase) => {
  const places = makePlaces();
  let service: S3Server | undefined;
  let running: TestServer | undefined;
  beforeAll(async () => {
    service = await startVersitygw();
  }, LIMIT);
  afterAll(async () => {
    await running?.stop();
    await service?.stop();
    places.remove();
  }, LIMIT);

  const bucket = async () => {
    if (service === undefined) throw new Error("the S3 service was not started");
    const { endpoint, region, credentials } = service;
    const keys = { accessKeyIdFile: credentials.accessKeyId, secretAccessKeyFile: credentials.secretAccessKey };
    return { driver: "s3", endpoint, region, bucket: await service.makeBucket(), ...keys };
  };
  const opm = async (...args: string[]) => runOpm(args, { stdin: PASSWORD });
  /** Ends the server of before. */
  const serve = async (at: Place): Promise<RegistryClient> => {
    await running?.stop();
    const server = await at.serve();
    running = server;
    return registryClient(() => server.url, { Authorization: `Basic ${btoa(`alice:${PASSWORD}`)}` });
  };

  test(
    "a registry goes from files to a bucket and PostgreSQL, into a backup and other bucket, and back to files",
    async () => {
      const files = places.place("files");
      expect(await opm("user", "add", "alice", "--password-stdin", "--config", files.config)).toMatchObject({ code: 0 });
      const source = await serve(files);
      const told = await tellStory(source);
      // In parts.
      const large = randomBlob(20 * 1024 * 1024);
      await pushBlob(source, "solo", large);
      const all = [...told, { repository: "solo", manifests: [], blobs: [large.digest] }];
      const answers = await answersOf(source, all);

      const nodes = places.place("nodes", { driver: "postgres", url: await createDatabase() }, await bucket());
      expect(await opm("migrate", "--from", files.config, "--to", nodes.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await serve(nodes), all)).toEqual(answers);
      const folder = join(places.path, "backup");
      expect(await opm("backup", "create", folder, "--config", nodes.config)).toMatchObject({ code: 0 });
      expect(await opm("backup", "verify", folder)).toMatchObject({ code: 0 });

      const other = places.place("other", undefined, await bucket());
      expect(await opm("backup", "restore", folder, "--to", other.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await serve(other), all)).toEqual(answers);
      const back = places.place("back");
      expect(await opm("migrate", "--from", other.config, "--to", back.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await serve(back), all)).toEqual(answers);
      for (const { config } of [nodes, other, back]) {
        const { stdout, stderr } = await opm("scrub", "--config", config, "--json");
        expect(stderr).toBe("");
        expect(JSON.parse(stdout)).toMatchObject({ problems: [], orphans: 0, stores: "same" });
      }
    },
    LIMIT,
  );
});
