import { afterAll, afterEach, expect, test } from "bun:test";
import { readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { opmCommand, opmEnvironment, runOpm } from "../cli/run-opm.ts";
import { randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";
import { makePlaces, type Place } from "./places.ts";
import { answersOf, pushBlob, type Told, tellStory } from "./story.ts";

/** Milliseconds for a test that starts servers. */
const LIMIT = 180_000;

const PASSWORD = "a-long-password";

/** Where the database of a place is; undefined: a file beside its content. */
export type Database = (name: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

export interface MigrateCases {
  readonly from: Database;
  readonly to: Database;
  /** What a migration says before it is killed. */
  readonly killedAt: string;
}

/** A registry that goes from one kind of stores to another. */
export function migrateCases({ from, to, killedAt }: MigrateCases): void {
  const places = makePlaces();
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }, LIMIT);
  afterAll(() => places.remove());
  const place = async (name: string, database: Database, content?: string) => places.place(name, await database(name), content);
  const serve = async (at: Place): Promise<TestServer> => {
    const server = await at.serve();
    servers.push(server);
    return server;
  };
  const clientOf = (server: TestServer, password = PASSWORD): RegistryClient =>
    registryClient(() => server.url, { Authorization: `Basic ${btoa(`alice:${password}`)}` });
  const opm = async (...args: string[]) => runOpm(args, { stdin: PASSWORD });
  const filled = async (
    name: string,
  ): Promise<{ readonly source: Place; readonly server: TestServer; readonly client: RegistryClient; readonly told: readonly Told[] }> => {
    const source = await place(name, from);
    expect(await opm("user", "add", "alice", "--password-stdin", "--config", source.config)).toMatchObject({ code: 0 });
    const server = await serve(source);
    const client = clientOf(server);
    return { source, server, client, told: await tellStory(client) };
  };

  test(
    "all that the source says the target says as well, and the source takes no changes any more",
    async () => {
      const { source, server, client, told } = await filled("whole");
      const token = (await opm("token", "create", "--user", "alice", "--config", source.config)).stdout.trim();
      const target = await place("whole-target", to);
      const moved = await opm("migrate", "--from", source.config, "--to", target.config, "--json");
      expect(moved).toMatchObject({ code: 0 });
      expect(JSON.parse(moved.stdout)).toMatchObject({ contents: 13, problems: [] });

      const before = await answersOf(client, told);
      const more = randomBlob();
      const refused = await client.post("solo", { digest: more.digest }, { body: more.bytes });
      expect(refused.status).toBe(503);
      expect(refused.text()).toContain("it is being moved to another place, or was moved");
      const moving = await serve(target);
      expect(await answersOf(clientOf(moving), told)).toEqual(before);
      expectStatus(await clientOf(moving, token).get("/v2/_catalog"), 200);
      const blob = randomBlob();
      await pushBlob(clientOf(moving), "solo", blob);
      expectStatus(await clientOf(moving).head(`/v2/solo/blobs/${blob.digest}`), 200);
      const scrubbed = await opm("scrub", "--config", target.config, "--json");
      expect(JSON.parse(scrubbed.stdout)).toMatchObject({ problems: [], orphans: 0, stores: "same" });

      expect(await opm("migrate", "--from", source.config, "--to", target.config)).toMatchObject({ code: 2, stderr: expect.stringContaining("is in use") });
      expect(await opm("migrate", "--from", source.config, "--reopen")).toMatchObject({ code: 0 });
      await pushBlob(client, "solo", randomBlob());
      await server.restart();
      await pushBlob(client, "solo", randomBlob());
    },
    LIMIT,
  );

  test(
    "what is pushed while content is copied goes along, and nothing that was acknowledged is lost",
    async () => {
      const { source, client, told } = await filled("busy");
      const target = await place("busy-target", to);
      const migrating = opm("migrate", "--from", source.config, "--to", target.config);
      const pushed: string[] = [];
      for (let refused = false; !refused; ) {
        const blob = randomBlob(5000);
        const opened = await client.post("team/app/web", { digest: blob.digest }, { body: blob.bytes });
        if (opened.status === 201) pushed.push(blob.digest);
        else expectStatus(opened, 503);
        refused = opened.status === 503;
      }
      expect(await migrating).toMatchObject({ code: 0 });
      const moved = clientOf(await serve(target));
      expect(pushed.length).toBeGreaterThan(0);
      for (const digest of pushed) expectStatus(await moved.get(`/v2/team/app/web/blobs/${digest}`), 200);
      expect(await answersOf(moved, told)).toEqual(await answersOf(client, told));
    },
    LIMIT,
  );

  test(
    "a migration that was killed goes on, and until then nobody serves the target, nor is the source closed",
    async () => {
      const { source, client, told } = await filled("killed");
      const target = await place("killed-target", to);
      const args = ["migrate", "--from", source.config, "--to", target.config];
      const child = Bun.spawn([...opmCommand(), ...args], { env: opmEnvironment(), stdin: "ignore", stdout: "ignore", stderr: "pipe" });
      let said = "";
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (said.includes(killedAt)) break;
      }
      child.kill("SIGKILL");
      await child.exited;
      expect(await opm("serve", "--config", target.config, "--listen", "127.0.0.1:0")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("half filled"),
      });
      expect(await opm(...args)).toMatchObject({ code: 0 });
      expect(await answersOf(clientOf(await serve(target)), told)).toEqual(await answersOf(client, told));
    },
    LIMIT,
  );

  test(
    "the database alone moves where both sides name the same content, and the source is closed for good",
    async () => {
      const { source, client, told } = await filled("shared");
      const target = await place("shared-target", to, source.content);
      const moved = await opm("migrate", "--from", source.config, "--to", target.config, "--json");
      expect(moved).toMatchObject({ code: 0 });
      expect(JSON.parse(moved.stdout)).toMatchObject({ contents: 0 });
      expect(await answersOf(clientOf(await serve(target)), told)).toEqual(await answersOf(client, told));
      expect(await opm("migrate", "--from", source.config, "--reopen")).toMatchObject({ code: 2, stderr: expect.stringContaining("stays closed") });
    },
    LIMIT,
  );

  if (from !== to) return;

  test(
    "content that is damaged at the source is told by its digest, and all else is there",
    async () => {
      const { source, client, told } = await filled("damaged");
      const [missing = "", corrupt = ""] = told[0]?.blobs.slice(1) ?? [];
      const fileOf = (digest: string) => join(source.content, "blobs", "sha256", digest.slice(7, 9), digest.slice(7));
      rmSync(fileOf(missing));
      truncateSync(fileOf(corrupt), 1000);
      const target = await place("damaged-target", to);
      const { code, stdout } = await opm("migrate", "--from", source.config, "--to", target.config, "--json");
      expect(code).toBe(6);
      expect(JSON.parse(stdout).problems).toEqual(
        expect.arrayContaining([
          { digest: missing, kind: "blob", problem: "missing" },
          { digest: corrupt, kind: "blob", problem: "corrupt" },
        ]),
      );
      const moved = await answersOf(clientOf(await serve(target)), told);
      const differing = Object.entries(await answersOf(client, told)).filter(([question, answer]) => moved[question] !== answer);
      expect(differing.map(([question]) => question).sort()).toEqual([`/v2/team/app/web/blobs/${corrupt}`]);
    },
    LIMIT,
  );

  test(
    "a target that is none is refused in one line, and nothing of it or of the source changes",
    async () => {
      const { source, client } = await filled("refused");
      const used = await filled("used");
      const files = await place("files", to);
      const foreign = join(files.content, "blobs", "sha256", "00");
      await Bun.write(join(foreign, "0".repeat(64)), "somebody's");
      const cases: readonly (readonly [config: string, code: number, words: string])[] = [
        [used.source.config, 2, "is in use"],
        [source.config, 2, "is in use"],
        [files.config, 2, "holds content"],
        [join(places.path, "absent.yaml"), 5, "absent.yaml"],
      ];
      for (const [config, code, words] of cases) {
        expect(await opm("migrate", "--from", source.config, "--to", config)).toMatchObject({ code, stderr: expect.stringContaining(words) });
      }
      await pushBlob(client, "solo", randomBlob());
      await pushBlob(used.client, "solo", randomBlob());
      expect(readdirSync(foreign)).toEqual(["0".repeat(64)]);
    },
    LIMIT,
  );
}
