import { afterAll, afterEach, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { opmCommand, opmEnvironment, runOpm } from "../cli/run-opm.ts";
import { randomBlob } from "../support/content.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";
import type { Database } from "./migrate-cases.ts";
import { makePlaces, type Place } from "./places.ts";
import { answersOf, pushBlob, tellStory } from "./story.ts";

/** Milliseconds for a test that starts servers. */
const LIMIT = 180_000;

const PASSWORD = "a-long-password";

export interface BackupCases {
  readonly from: Database;
  readonly to: Database;
}

/** Backups of a registry on one kind of stores, from which one on another kind is made. */
export function backupCases({ from, to }: BackupCases): void {
  const places = makePlaces();
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }, LIMIT);
  afterAll(() => places.remove());
  const place = async (name: string, database: Database): Promise<Place> => places.place(name, await database(name));
  const opm = async (...args: string[]) => runOpm(args, { stdin: PASSWORD });
  const clientOf = async (at: Place): Promise<RegistryClient> => {
    const server = await at.serve();
    servers.push(server);
    return registryClient(() => server.url, { Authorization: `Basic ${btoa(`alice:${PASSWORD}`)}` });
  };
  const filled = async (name: string) => {
    const source = await place(name, from);
    expect(await opm("user", "add", "alice", "--password-stdin", "--config", source.config)).toMatchObject({ code: 0 });
    const client = await clientOf(source);
    return { source, client, told: await tellStory(client), folder: join(places.path, `${name}-backup`) };
  };
  const create = async (source: Place, folder: string) => {
    const { code, stdout } = await opm("backup", "create", folder, "--config", source.config, "--json");
    return { code, ...(JSON.parse(stdout) as { cut: string; newContents: number; contents: number; problems: unknown[] }) };
  };
  const verify = async (folder: string, ...more: string[]) => {
    const { code, stdout } = await opm("backup", "verify", folder, "--json", ...more);
    return { code, ...(JSON.parse(stdout) as { cuts: number; problems: { digest: string; problem: string; cut?: string }[] }) };
  };

  test(
    "a registry made of a cut says all that the other one said then, and a further cut brings only what is new",
    async () => {
      const { source, client, told, folder } = await filled("whole");
      const first = await create(source, folder);
      expect(first).toMatchObject({ code: 0, contents: 13, newContents: 13, problems: [] });
      const then = await answersOf(client, told);
      const later = randomBlob(3000);
      await pushBlob(client, "solo", later);
      await client.delete("/v2/solo/manifests/latest");
      expect(await create(source, folder)).toMatchObject({ code: 0, contents: 14, newContents: 1 });
      expect(await verify(folder)).toMatchObject({ code: 0, cuts: 2, problems: [] });

      const target = await place("whole-then", to);
      expect(await opm("backup", "restore", folder, "--to", target.config, "--at", first.cut)).toMatchObject({ code: 0 });
      const restored = await clientOf(target);
      expect(await answersOf(restored, told)).toEqual(then);
      await pushBlob(restored, "solo", randomBlob());
      expect(JSON.parse((await opm("scrub", "--config", target.config, "--json")).stdout)).toMatchObject({ problems: [], orphans: 0, stores: "same" });
      expect(await opm("backup", "restore", folder, "--to", target.config)).toMatchObject({ code: 2, stderr: expect.stringContaining("is in use") });

      const newest = await place("whole-newest", to);
      expect(await opm("backup", "restore", folder, "--to", newest.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await clientOf(newest), [...told, { repository: "solo", manifests: [], blobs: [later.digest] }])).toEqual(
        await answersOf(client, [...told, { repository: "solo", manifests: [], blobs: [later.digest] }]),
      );
    },
    LIMIT,
  );

  if (from !== to) return;

  test(
    "only the account of the registry may read it, and it can be read without opm",
    async () => {
      const { source, told, folder } = await filled("plain");
      const { cut } = await create(source, folder);
      for (const name of await readdir(folder, { recursive: true })) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
      const digest = told[0]?.blobs[1] ?? "";
      const blob = await readFile(fileOf(folder, digest));
      expect(`sha256:${new Bun.CryptoHasher("sha256").update(blob).digest("hex")}`).toBe(digest);
      const { tables } = JSON.parse(await readFile(join(folder, "cuts", `${cut}.json`), "utf8")) as { tables: { name: string; parts: { digest: string }[] }[] };
      const lines = await readFile(fileOf(folder, tables.find(({ name }) => name === "repository")?.parts[0]?.digest ?? ""), "utf8");
      const names = lines
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { name: string }).name);
      expect(names.sort()).toEqual(["solo", "team/app/shop", "team/app/web"]);
    },
    LIMIT,
  );

  test(
    "a backup that was killed leaves the cuts before whole, and the next one goes on",
    async () => {
      const { source, client, told, folder } = await filled("killed");
      await create(source, folder);
      for (const at of ["copying content", "copying the database"]) {
        await pushBlob(client, "solo", randomBlob(100_000));
        const child = Bun.spawn([...opmCommand(), "backup", "create", folder, "--config", source.config], {
          env: opmEnvironment(),
          stdin: "ignore",
          stdout: "ignore",
          stderr: "pipe",
        });
        let said = "";
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          said += text;
          if (said.includes(at)) break;
        }
        child.kill("SIGKILL");
        await child.exited;
        expect(await verify(folder)).toMatchObject({ code: 0, problems: [] });
      }
      expect(await create(source, folder)).toMatchObject({ code: 0, contents: 15 });
      const target = await place("killed-target", to);
      expect(await opm("backup", "restore", folder, "--to", target.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await clientOf(target), told)).toEqual(await answersOf(client, told));
    },
    LIMIT,
  );

  test(
    "what goes away while it is copied is in no cut, and what comes is in a whole one",
    async () => {
      const { source, client, told, folder } = await filled("busy");
      const controller = new AbortController();
      const busy = (async () => {
        const blobs: string[] = [];
        while (!controller.signal.aborted) {
          const blob = randomBlob(50_000);
          await pushBlob(client, "solo", blob);
          blobs.push(blob.digest);
          const gone = blobs.length > 3 ? blobs.shift() : undefined;
          if (gone !== undefined) await client.delete(`/v2/solo/blobs/${gone}`);
        }
      })();
      const collecting = (async () => {
        while (!controller.signal.aborted) await opm("gc", "--config", source.config);
      })();
      for (let n = 0; n < 3; n++) expect(await create(source, folder)).toMatchObject({ code: 0, problems: [] });
      controller.abort();
      await Promise.all([busy, collecting]);
      expect(await verify(folder)).toMatchObject({ code: 0, cuts: 3, problems: [] });
      const target = await place("busy-target", to);
      expect(await opm("backup", "restore", folder, "--to", target.config)).toMatchObject({ code: 0 });
      expect(JSON.parse((await opm("scrub", "--config", target.config, "--json")).stdout)).toMatchObject({ problems: [], stores: "same" });
      expect(told.length).toBe(3);
    },
    LIMIT,
  );

  test(
    "what is damaged, at the registry or in the backup, is told by its digest, and all else comes back",
    async () => {
      const { source, client, told, folder } = await filled("damaged");
      const [, small = "", large = ""] = told[0]?.blobs ?? [];
      await truncate(fileOf(source.content, small, ""), 10);
      const made = await create(source, folder);
      expect(made).toMatchObject({ code: 6, problems: [{ digest: small, kind: "blob", problem: "corrupt" }] });
      expect(await verify(folder)).toMatchObject({ code: 0 });
      await unlink(fileOf(folder, large));
      const other = told[1]?.blobs[2] ?? "";
      await truncate(fileOf(folder, other), 5);
      const { code, problems } = await verify(folder);
      expect(code).toBe(6);
      expect(problems.map(({ digest, problem }) => ({ digest, problem }))).toEqual([
        { digest: other, problem: "corrupt" },
        { digest: large, problem: "missing" },
      ]);
      const target = await place("damaged-target", to);
      const restored = await opm("backup", "restore", folder, "--to", target.config, "--json");
      expect(restored.code).toBe(6);
      const missing = (JSON.parse(restored.stdout) as { problems: { digest: string }[] }).problems.map(({ digest }) => digest);
      expect(missing.sort()).toEqual([small, large, other].sort());
      const [before, after] = [await answersOf(client, told), await answersOf(await clientOf(target), told)];
      const differing = Object.keys(before).filter((question) => before[question] !== after[question]);
      expect(differing.every((question) => missing.some((digest) => question.endsWith(digest)))).toBe(true);

      await unlink(fileOf(folder, other));
      await create(source, folder);
      expect((await verify(folder)).problems).toEqual([]);
    },
    LIMIT,
  );

  test(
    "old cuts go, with what only they had",
    async () => {
      const { source, client, told, folder } = await filled("pruned");
      const blob = randomBlob(70_000);
      await pushBlob(client, "solo", blob);
      const first = await create(source, folder);
      await client.delete(`/v2/solo/blobs/${blob.digest}`);
      await create(source, folder);
      const { code, stdout } = await opm("backup", "prune", folder, "--keep", "1", "--json");
      expect(code).toBe(0);
      const pruned = JSON.parse(stdout) as { cuts: string[]; bytes: number };
      expect(pruned.cuts).toEqual([first.cut]);
      expect(pruned.bytes).toBeGreaterThanOrEqual(70_000);
      expect(await verify(folder)).toMatchObject({ code: 0, cuts: 1, problems: [] });
      const target = await place("pruned-target", to);
      expect(await opm("backup", "restore", folder, "--to", target.config)).toMatchObject({ code: 0 });
      expect(await answersOf(await clientOf(target), told)).toEqual(await answersOf(client, told));
    },
    LIMIT,
  );

  test(
    "a folder that lies is refused in one line, and nothing comes of it",
    async () => {
      const { source, folder } = await filled("lying");
      const { cut } = await create(source, folder);
      const file = join(folder, "cuts", `${cut}.json`);
      const text = await readFile(file, "utf8");
      const honest = JSON.parse(text) as Lie;
      const part = honest.tables[0]?.parts[0] ?? { digest: "", size: 0 };
      const secrets = honest.tables.find(({ name }) => name === "secret")?.parts ?? [];
      const lies: readonly (readonly [Partial<Lie> | string, string])[] = [
        ["{", "is no JSON"],
        [{ format: 2 }, "cannot be read, at format"],
        [{ schemaVersion: 999 }, "has schema version 999"],
        [{ schemaVersion: 1 }, "cannot be read, at schemaVersion"],
        [{ tables: [{ name: "lease; DROP TABLE tag", columns: ["id"], rows: 0, sha256: "", parts: [] }] }, "does not know"],
        [{ tables: [{ name: "secret", columns: ["name", "value", "1; DROP TABLE tag"], rows: 0, sha256: "", parts: [] }] }, "other columns"],
        [
          { tables: [{ name: "secret", columns: ["name", "value"], rows: 0, sha256: "", parts: [{ digest: "sha256:../../../../etc/passwd", size: 10 }] }] },
          "cannot be read, at tables.0.parts.0.digest",
        ],
        [{ tables: [{ name: "secret", columns: ["name", "value"], rows: 0, sha256: "", parts: [{ ...part, size: 5 }] }] }, "is damaged"],
        [
          { tables: [{ name: "content", columns: ["id", "digest", "size", "state", "reserved_until"], rows: 1, sha256: "", parts: secrets }] },
          "no row of the table content",
        ],
        [{ tables: [{ name: "secret", columns: ["name", "value"], rows: 99, sha256: "", parts: secrets }] }, "not what the backup says"],
      ];
      for (const [index, [lie, words]] of lies.entries()) {
        await writeFile(file, typeof lie === "string" ? lie : JSON.stringify({ ...honest, ...lie }));
        const target = await place(`lying-${index}`, to);
        const { code, stderr } = await opm("backup", "restore", folder, "--to", target.config, "--quiet");
        expect([words, code === 0, stderr]).toEqual([words, false, expect.stringContaining(words)]);
        expect(stderr.trim().split("\n")).toHaveLength(1);
      }
      await writeFile(file, text);
      for (const at of ["../../etc/passwd", ".hidden", "absent", ""]) expect((await verify(folder, "--at", at)).code).toBe(6);
      await mkdir(join(places.path, "linked"));
      await symlink("/etc", join(places.path, "linked", "cuts"));
      expect(await opm("backup", "create", join(places.path, "linked"), "--config", source.config)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("no folder of a backup"),
      });
      await symlink(join(folder, "cuts"), join(folder, "cuts", "2020-01-01T00-00-00Z.json"));
      expect(await opm("backup", "list", folder)).toMatchObject({ code: 2, stderr: expect.stringContaining("is no cut") });
      expect(await opm("backup", "create", "/etc", "--config", source.config)).toMatchObject({ code: 2, stderr: expect.stringContaining("something else") });
      expect(await opm("backup", "list", places.path)).toMatchObject({ code: 2 });
    },
    LIMIT,
  );
}

interface Lie {
  readonly format: number;
  readonly schemaVersion: number;
  readonly tables: readonly { name: string; columns: string[]; rows: number; sha256: string; parts: { digest: string; size: number }[] }[];
}

/** Where content lies in a backup, or with another folder in a content store. */
function fileOf(folder: string, digest: string, content = "content"): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return join(folder, content, "blobs", algorithm, hex.slice(0, 2), hex);
}
