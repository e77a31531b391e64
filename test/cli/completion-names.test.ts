import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { readdir, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startTestServer, type TestServer } from "../support/server.ts";
import { opmCommand, opmEnvironment, runOpm, temporaryFolder } from "./run-opm.ts";

setDefaultTimeout(60_000);

const folder = temporaryFolder();
const home = join(folder.path, "home");
const cache = join(folder.path, "cache");
const data = join(folder.path, "accounts");
let server: TestServer;
let host = "";

beforeAll(async () => {
  server = await startTestServer();
  host = new URL(server.url).host;
  mkdirSync(join(home, ".docker"), { recursive: true });
  mkdirSync(join(home, ".opm"));
  writeFileSync(
    join(home, ".docker", "config.json"),
    JSON.stringify({ auths: { "https://logged.example.com/v2/": {}, [host]: {} }, credHelpers: { "helped.example.com": "none" } }),
  );
  writeFileSync(join(home, ".opm", "config.yaml"), `registries:\n  lib.test: ${host}/mods\n  other.test: modules.example.com\n`);
  const file = join(folder.path, "a.txt");
  writeFileSync(file, "a");
  const push = async (reference: string, type = "application/vnd.acme.a.v1") => {
    const { code, stderr } = await runOpm(["push", "-q", "-t", type, `${host}/${reference}`, file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  };
  for (const reference of ["team/app:v1.0.0", "team/app:v1.1.0", "team/app:latest", "team/apple:1", "tools/run:1"]) await push(reference);
  for (const version of ["v1.9.0", "v1.10.0"]) await push(`mods/lib.test/base:${version}`);
  await push("delivery/component-descriptors/acme.org/shop:1.0.0.build-1");
  const added = await runOpm(["user", "add", "ann", "-g", "ops", "--password-stdin", "-d", data], { stdin: "secret-of-ann\n" });
  expect(added).toMatchObject({ code: 0 });
}, 60_000);

afterAll(async () => {
  await server.stop();
  folder.remove();
}, 60_000);

/** Time is for machines that do much else. */
const environment = () => ({ HOME: home, OPM_CACHE: cache, OPM_COMPLETION_TIMEOUT: "15s" });

/** What is offered, without descriptions. Nothing is ever said on standard error. */
async function complete(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { code, stdout, stderr } = await runOpm(["complete", "--", ...words], { environment: { ...environment(), ...more }, directory: folder.path });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}

describe("names are offered", () => {
  test("of registries: those of log-ins, of modules and of OPM_REGISTRY", async () => {
    const all = [host, "helped.example.com", "logged.example.com", "modules.example.com"].sort();
    expect(await complete(["pull", ""])).toEqual(all.map((name) => `${name}/`));
    expect(await complete(["list", "--registry", ""], { OPM_REGISTRY: "named.example.com" })).toEqual([...all, "named.example.com"].sort());
    expect(await complete(["list", "--registry=log"])).toEqual(["--registry=logged.example.com"]);
  });

  test("of repositories and tags", async () => {
    expect(await complete(["inspect", `${host}/te`])).toEqual([`${host}/team/app`, `${host}/team/apple`]);
    expect(await complete(["pull", `${host}/team/app:`])).toEqual(expect.arrayContaining([`${host}/team/app:latest`, `${host}/team/app:v1.0.0`]));
    expect(await complete(["copy", `http://${host}/team/app:v1.1`])).toEqual([`http://${host}/team/app:v1.1.0`]);
    expect(await complete(["copy", `${host}/team/app:latest`, `${host}/to`])).toEqual([`${host}/tools/run`]);
    expect(await complete(["untag", `${host}/team/app:latest`, "v"])).toEqual(["v1.0.0", "v1.1.0"]);
    expect(await complete(["versions", `${host}/team/app`])).toEqual([`${host}/team/app`, `${host}/team/apple`]);
    expect(await complete(["resolve", `${host}/team/app`])).toContain(`${host}/team/app:latest`);
    expect(await complete(["list", "too"], { OPM_REGISTRY: host })).toEqual(["tools/run"]);
    expect(await complete(["copy", "./a"])).toEqual([":files"]);
  });

  test("of namespaces, projects and types", async () => {
    expect(await complete(["namespace", "edit", `${host}/t`])).toEqual([`${host}/team`, `${host}/tools`]);
    const projects = await complete(["project", "edit", "--registry", host, "team/"]);
    expect(projects.length).toBeGreaterThan(0);
    expect(projects.every((name) => name.startsWith("team/"))).toBe(true);
    expect(await complete(["list", host, "--namespace", "to"])).toEqual(["tools"]);
    expect(await complete(["list", "-t", "application/vnd.cncf.helm.c"])).toContain("application/vnd.cncf.helm.config.v1+json");
    expect(await complete(["type", "deny", "--registry", host, "application/vnd.oci.image"])).toContain("application/vnd.oci.image.config.v1+json");
  });

  test("of accounts, groups and tokens, of a data folder", async () => {
    const made = await runOpm(["token", "create", "-q", "--json", "-u", "ann", "-d", data]);
    const { id } = JSON.parse(made.stdout);
    expect(await complete(["user", "edit", "-d", data, ""])).toEqual(["ann"]);
    expect(await complete(["user", "edit", "ann", "-d", data, "--no-group", ""])).toEqual(["ops"]);
    expect(await complete(["token", "list", "-d", data, "--user=a"])).toEqual(["--user=ann"]);
    expect(await complete(["token", "revoke", "-d", data, ""])).toEqual([id]);
    expect(await complete(["user", "add", "-d", data, ""])).toEqual([]);
  });

  test("of modules and their versions, the newest first", async () => {
    expect(await complete(["mod", "get", "lib"])).toEqual(["lib.test/base"]);
    expect(await complete(["mod", "get", "lib.test/base@"])).toEqual(["lib.test/base@v1.10.0", "lib.test/base@v1.9.0"]);
    const cached = join(folder.path, "cue", "mod", "download", "kept.test", "one", "@v");
    mkdirSync(cached, { recursive: true });
    writeFileSync(join(cached, "v0.1.0.mod"), "");
    const offline = { CUE_CACHE_DIR: join(folder.path, "cue") };
    expect(await complete(["mod", "versions", "--offline", ""], offline)).toEqual(["kept.test/one"]);
    mkdirSync(join(folder.path, "m", "cue.mod"), { recursive: true });
    writeFileSync(join(folder.path, "m", "cue.mod", "module.cue"), 'module: "m.test/m@v0"\ndeps: {\n\t"lib.test/base@v1": {\n\t\tv: "v1.9.0"\n\t}\n}\n');
    expect(await complete(["mod", "update", "-C", "m", ""])).toEqual(["lib.test/base@v1"]);
  });

  test("of components and their versions", async () => {
    expect(await complete(["component", "get", `${host}/de`])).toEqual([`${host}/delivery//`]);
    expect(await complete(["component", "get", `${host}/delivery//`])).toEqual([`${host}/delivery//acme.org/shop`]);
    expect(await complete(["component", "get", `${host}/delivery//acme.org/shop:`])).toEqual([`${host}/delivery//acme.org/shop:1.0.0+1`]);
  });
});

test("at a registry with accounts, with the credentials of docker", async () => {
  const guarded = await startTestServer({
    config: { access: { grants: [{ subjects: ["user:ann"], repositories: "**", actions: ["pull", "push", "admin"] }] } },
  });
  try {
    const where = new URL(guarded.url).host;
    const added = await runOpm(["user", "add", "ann", "--password-stdin", "-d", guarded.dataDir], { stdin: "secret-of-ann\n" });
    expect(added).toMatchObject({ code: 0 });
    const login = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [where]: { auth: Buffer.from("ann:secret-of-ann").toString("base64") } } }) };
    expect(await complete(["user", "edit", "--registry", where, ""], login)).toEqual(["ann"]);
    expect(await complete(["user", "edit", "--registry", where, ""])).toEqual([]);
    const helpers = join(folder.path, "helpers");
    mkdirSync(helpers);
    const said = '{"Username":"ann","Secret":"secret-of-ann"}';
    writeFileSync(join(helpers, "docker-credential-tty"), `#!/bin/sh\n[ -z "$GPG_TTY$DISPLAY" ] || exit 1\ncat > /dev/null\necho '${said}'\n`);
    chmodSync(join(helpers, "docker-credential-tty"), 0o755);
    const helped = { DOCKER_AUTH_CONFIG: JSON.stringify({ credHelpers: { [where]: "tty" } }), PATH: `${helpers}:${process.env.PATH ?? ""}` };
    expect(await complete(["user", "passwd", "--registry", where, ""], { ...helped, GPG_TTY: "/dev/tty", DISPLAY: ":0" })).toEqual(["ann"]);
  } finally {
    await guarded.stop();
  }
}, 60_000);

describe("whoever presses a key", () => {
  test("waits for no registry, and is told nothing of it", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    try {
      const start = performance.now();
      expect(await complete(["pull", `127.0.0.1:${silent.port}/a`], { OPM_COMPLETION_TIMEOUT: "" })).toEqual([]);
      // other commands wait for a minute
      expect(performance.now() - start).toBeLessThan(30_000);
    } finally {
      silent.stop(true);
    }
    expect(await complete(["pull", "127.0.0.1:1/a"])).toEqual([]);
    expect(await complete(["user", "edit", "-d", join(folder.path, "nowhere"), ""])).toEqual([]);
    expect(await complete(["pull", "host:port:x/UPPER CASE:"])).toEqual([]);
    expect(await complete(["pull", ""], { HOME: "/dev/null", DOCKER_AUTH_CONFIG: "{ broken" })).toEqual([]);
    expect(await readdir(folder.path)).not.toContain("nowhere");
  });

  test("gets at most 200 words, and none that a shell would act upon", async () => {
    const names = ["a$(id)", "b;c", ...Array.from({ length: 5000 }, (_, index) => `x${index}`)];
    const registry = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: ({ url }) => answer(new URL(url).pathname, names) });
    try {
      expect((await complete(["pull", `127.0.0.1:${registry.port}/`])).length).toBe(200);
      expect(await complete(["pull", `127.0.0.1:${registry.port}/x499`])).toHaveLength(12);
      expect(await complete(["type", "add", "--registry", `127.0.0.1:${registry.port}`, "acme/"])).toEqual([]);
    } finally {
      await registry.stop(true);
    }
  });

  test("is answered from the cache for a minute, which is the user's alone", async () => {
    let asked = 0;
    const registry = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: ({ url }) => {
        asked++;
        return answer(new URL(url).pathname, ["team/app"]);
      },
    });
    const word = `127.0.0.1:${registry.port}/team/app:`;
    expect(await complete(["pull", word])).toEqual([`${word}v1`]);
    const before = asked;
    await registry.stop(true);
    expect(await complete(["pull", `${word}v`])).toEqual([`${word}v1`]);
    expect(asked).toBe(before);
    const kept = join(cache, "completion");
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(kept)) {
      expect((await stat(join(kept, name))).mode & 0o777).toBe(0o600);
      await utimes(join(kept, name), new Date(), new Date(Date.now() - 61_000));
    }
    expect(await complete(["pull", `${word}v`])).toEqual([]);
  });
});

function answer(path: string, names: readonly string[]): Response {
  if (path === "/v2/_catalog") return Response.json({ repositories: names });
  return path.endsWith("/tags/list") ? Response.json({ name: "n", tags: ["v1"] }) : new Response(null, { status: path === "/v2/" ? 200 : 404 });
}

test("bash puts references together again", async () => {
  const { stdout: script } = await runOpm(["completion", "bash"]);
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "opm"), `#!/bin/sh\nexec ${opmCommand().join(" ")} "$@"\n`);
  chmodSync(join(bin, "opm"), 0o755);
  const [name, port] = host.split(":");
  const cases = [
    [`opm pull ${host}/team/app:v1.1`, `opm pull ${name} : ${port}/team/app : v1.1`, "v1.1.0"],
    [`opm inspect ${host}/to`, `opm inspect ${name} : ${port}/to`, `${port}/tools/run`],
    [`opm list --registry=${name}`, `opm list --registry = ${name}`, host],
  ];
  const program = cases
    .map(
      ([line, words]) =>
        `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _opm; echo "\${COMPREPLY[*]}"`,
    )
    .join("\n");
  const child = Bun.spawn(["bash", "-c", `${script}\n${program}`], {
    cwd: folder.path,
    env: opmEnvironment({ ...environment(), PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH ?? ""}` }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 50_000,
  });
  expect([await child.stdout.text(), (await child.stderr.text()).replaceAll(/.*compopt: not currently.*\n/g, "")]).toEqual([
    `${cases.map(([, , expected]) => expected).join("\n")}\n`,
    "",
  ]);
});
