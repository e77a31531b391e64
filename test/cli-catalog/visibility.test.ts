import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { basic, htpasswdLine, passwordOf, type User } from "../access/guarded-registry.ts";
import { type Ran, runOpm } from "../cli/run-opm.ts";
import { useRegistry } from "../support/use-registry.ts";
import { type Seeded, seedRegistry } from "./seed.ts";
import { allowForCommands } from "./use-catalog.ts";

allowForCommands();

const folder = mkdtempSync(join(tmpdir(), "opm-visibility-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const htpasswd = join(folder, "accounts");
const USERS = ["writer", "puller", "admin"] as const satisfies readonly User[];
writeFileSync(htpasswd, USERS.map((user) => htpasswdLine(user, passwordOf(user))).join(""));
const grants = [
  { subjects: ["anonymous"], repositories: "charts/redis", actions: ["pull"] },
  { subjects: ["user:writer"], repositories: "**", actions: ["pull", "push"] },
  { subjects: ["user:puller"], repositories: "team/**", actions: ["pull"] },
  { subjects: ["user:admin"], repositories: "**", actions: ["pull", "push", "delete", "admin"] },
];
const { server } = useRegistry({ config: { access: { grants, htpasswd } } });

let seeded: Seeded;
beforeAll(async () => {
  seeded = await seedRegistry(server().url, { Authorization: basic("writer", passwordOf("writer")) });
}, 60_000);

/** Runs `opm` as somebody; credentials come from docker's configuration, as for every command. */
async function opm(user: (typeof USERS)[number] | undefined, ...args: readonly string[]): Promise<Ran> {
  const host = new URL(server().url).host;
  const config = join(folder, user ?? "nobody");
  mkdirSync(config, { recursive: true });
  const auths = user === undefined ? {} : { [host]: { auth: btoa(`${user}:${passwordOf(user)}`) } };
  writeFileSync(join(config, "config.json"), JSON.stringify({ auths }));
  return await runOpm(
    args.map((arg) => arg.replace("HOST", host)),
    { environment: { DOCKER_CONFIG: config, HOME: folder } },
  );
}

async function json(user: (typeof USERS)[number] | undefined, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await opm(user, ...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function listed(user: (typeof USERS)[number] | undefined): Promise<string[]> {
  const { repositories } = await json(user, "list", "HOST");
  return (repositories as readonly { readonly name: string }[]).map(({ name }) => name);
}

describe("what a user may not pull", () => {
  test("is in no list, and counts for nothing", async () => {
    expect(await listed(undefined)).toEqual(["charts/redis"]);
    expect(await listed("puller")).toContain("team/web/app");
    expect(await listed("puller")).not.toContain("charts/web");
    expect(await listed("writer")).toHaveLength(6);
    expect(await json("puller", "search", "--registry", "HOST", "web")).toMatchObject({ results: [{ name: "team/web/app" }] });
  });

  test("is found by no graph", async () => {
    expect(await json("writer", "deps", "HOST/team/web/app:1.10.0")).toMatchObject({ dependencies: [{ resolved: { repository: "library/base" } }, {}] });
    expect(await json("puller", "deps", "HOST/team/web/app:1.10.0")).toMatchObject({ dependencies: [{ resolved: null }, {}] });
    expect(await json("writer", "dependents", "HOST/charts/redis")).toMatchObject({ dependents: [{ repository: "charts/web" }] });
    expect(await json(undefined, "dependents", "HOST/charts/redis")).toMatchObject({ dependents: [] });
    const uses = await json("puller", "uses", "--registry", "HOST", seeded.arm64);
    expect((uses.uses as readonly { readonly repository: string }[]).map(({ repository }) => repository)).not.toContain("library/base");
  });

  test("is not there, or wants a log-in", async () => {
    const results = await Promise.all(
      ["versions", "deps", "history", "inspect", "graph", "resolve"].map((command) => opm("puller", command, "HOST/charts/web")),
    );
    for (const { code, stdout, stderr } of results) expect([code, stdout, stderr]).toEqual([5, "", expect.stringMatching(/^opm: cannot .*charts\/web.*\n$/)]);
    const anonymous = await opm(undefined, "versions", "HOST/charts/web");
    expect([anonymous.code, anonymous.stderr]).toEqual([4, expect.stringContaining("docker login")]);
  });
});

describe("what a user may not do", () => {
  test("is refused, with the right that it takes", async () => {
    const denied = await Promise.all([
      opm("puller", "namespace", "create", "HOST/team"),
      opm("writer", "catalog", "export", "--registry", "HOST"),
      opm("writer", "type", "deny", "application/vnd.x.*", "--registry", "HOST"),
      opm("puller", "restore", "HOST/team/web/app:latest"),
      opm("writer", "prune", "HOST/team/web/app", "--keep-last", "1", "--yes"),
      opm("writer", "repository", "delete", "HOST/team/web/app", "--yes"),
    ]);
    for (const { code, stdout, stderr } of denied) expect([code, stdout, stderr]).toEqual([4, "", expect.stringMatching(/^opm: cannot .*may not/)]);
    const anonymous = await opm(undefined, "namespace", "create", "HOST/team");
    expect([anonymous.code, anonymous.stderr]).toEqual([4, expect.stringContaining("docker login")]);
  });

  test("an administrator does it", async () => {
    expect((await opm("admin", "namespace", "create", "HOST/team")).code).toBe(0);
    expect((await opm("admin", "project", "edit", "HOST/charts/_", "--visibility", "public")).code).toBe(0);
    expect(await listed(undefined)).toEqual(["charts/redis", "charts/web"]);
  });
});
