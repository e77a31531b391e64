import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { locationOf } from "../conformance/pushing.ts";
import { startCountingProxy } from "../support/counting-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { type Nodes, type NodesOptions, startNodes } from "../support/nodes.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { freshRepository } from "../support/use-registry.ts";
import { addUser, basic } from "./accounts.ts";
import { newImage, pushImage } from "./pushing.ts";

setDefaultTimeout(240_000);

const PASSWORD = "the password of ann";
const ANN = basic("ann", PASSWORD);
const GRANTS = [{ subjects: ["user:ann"], repositories: "**", actions: ["pull", "push"] }];
const HOUR = 3_600_000;

postgresSuite((database) => {
  const folder = temporaryFolder();
  let nodes: Nodes | undefined;
  const start = async (options: Omit<NodesOptions, "database">, url?: string): Promise<Nodes> => {
    nodes = await startNodes({ database: url ?? (await database()), ...options });
    return nodes;
  };
  afterEach(async () => {
    await nodes?.stop();
    nodes = undefined;
  }, 120_000);

  /** A key as an operator makes one. */
  function keyFile(name: string): string {
    const path = join(folder.path, name);
    writeFileSync(path, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
    return path;
  }

  const warningsOf = (running: Nodes, index: number) => (running.servers[index]?.stderr() ?? "").split("\n").filter((line) => line.includes('"warn"'));

  test("log-ins that fail count over all nodes, and a right password is not tried beyond the limit", async () => {
    const url = await database();
    await addUser(url, "ann", PASSWORD);
    const limits = { loginFailures: 5 };
    const running = await start({ config: { access: { grants: GRANTS }, limits }, nodes: [{ clockShift: -HOUR }, {}, { clockShift: HOUR }] }, url);
    const guess = running.balanced(basic("ann", "a guess"));
    const statuses: number[] = [];
    for (let number = 0; number < 9; number++) statuses.push((await guess.get("/v2/")).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    for (const index of running.servers.keys()) expectError(await running.client(index, ANN).get("/v2/"), 429, "TOOMANYREQUESTS");
  });

  test("a key is changed node by node: tokens of both are taken meanwhile, and differing keys and grants are told", async () => {
    const url = await database();
    await addUser(url, "ann", PASSWORD);
    await addUser(url, "root", PASSWORD);
    const [before, after] = [keyFile("before.pem"), keyFile("after.pem")];
    const access = { grants: [...GRANTS, { subjects: ["user:root"], repositories: "**", actions: ["admin"] }] };
    const running = await start(
      {
        nodes: [
          { config: { access: { ...access, signingKey: before, previousSigningKey: after } } },
          { config: { access: { ...access, signingKey: after, previousSigningKey: before } } },
          { config: { access: { grants: [], signingKey: keyFile("other.pem") } } },
        ],
      },
      url,
    );
    for (const issuer of [0, 1]) {
      const { token } = (await running.client(issuer, ANN).get("/token")).json() as { token: string };
      const bearer = { Authorization: `Bearer ${token}` };
      for (const index of [0, 1]) expectStatus(await running.client(index, bearer).get("/v2/"), 200);
      expectStatus(await running.client(2, bearer).get("/v2/"), 401);
    }
    const { nodes, differing } = (await running.client(0, basic("root", PASSWORD)).get("/api/v1/nodes")).json() as { nodes: unknown[]; differing: string[] };
    expect({ nodes: nodes.length, differing }).toEqual({ nodes: 3, differing: ["access.grants", "access.signingKey"] });
    await eventually("the third warns", async () => warningsOf(running, 2).some((line) => line.includes("access.grants, access.signingKey")));
  });

  test("a folder of another database is refused at the start, and one that is put in its place is not ready", async () => {
    const url = await database();
    const running = await start({ nodes: [{}] }, url);
    await pushImage(running.client(0), freshRepository(), "1", newImage());
    const config = join(folder.path, "foreign.yaml");
    const storage = { metadata: { driver: "postgres", url }, content: { path: join(folder.path, "foreign") } };
    writeFileSync(config, JSON.stringify({ storage }));
    const { code, stderr } = await runOpm(["serve", "--listen", "127.0.0.1:0", "--data", join(folder.path, "data"), "--config", config]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("check storage.content and storage.metadata") });
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((line) => line.startsWith("opm:")),
    ).toHaveLength(1);

    expectStatus(await running.client(0).get("/readyz"), 200);
    renameSync(join(running.content, "identity"), join(running.content, "identity-before"));
    writeFileSync(join(running.content, "identity"), `${crypto.randomUUID()}\n`);
    await eventually("it is not ready", async () => (await running.client(0).get("/readyz")).status === 503);
    renameSync(join(running.content, "identity-before"), join(running.content, "identity"));
    await eventually("it is ready again", async () => (await running.client(0).get("/readyz")).status === 200);
  });

  test("a clock that is more than a day off is refused in one line", async () => {
    const storage = { metadata: { driver: "postgres", url: await database() }, content: { path: join(folder.path, "late") } };
    mkdirSync(join(folder.path, "late"));
    const error = await start({ nodes: [{ clockShift: -25 * HOUR, config: { storage } }] }).catch(String);
    expect(error).toContain("ended with 2");
    expect(error).toMatch(/opm: the clock of this machine is 9000\d s behind that of the database: set the one that is wrong\n/);
  });

  test("a node that is cut off from the database says so, the other goes on, and it comes back by itself", async () => {
    const url = new URL(await database());
    const proxy = await startCountingProxy(Number(url.port));
    const cut = new URL(url);
    cut.host = proxy.host;
    try {
      const content = { driver: "filesystem", path: join(folder.path, "content") };
      const storage = (address: URL) => ({ metadata: { driver: "postgres", url: address.href }, content });
      const running = await start({ nodes: [{ config: { storage: storage(url) } }, { config: { storage: storage(cut) } }] }, url.href);
      const repository = freshRepository();
      await pushImage(running.balanced(), repository, "1", newImage());
      proxy.breakAfter(0);
      await eventually("it is not ready", async () => (await running.client(1).get("/readyz")).status === 503);
      expectError(await running.client(1).get(`/v2/${repository}/manifests/1`), 503, "UNAVAILABLE");
      expectError(await running.client(1).delete(`/v2/${repository}/manifests/1`), 503, "UNAVAILABLE");
      // An upload that nobody has begun is no row of the database yet: its first bytes are.
      expectError(await running.client(1).patch(locationOf(await running.client(0).post(repository)), new Uint8Array(10)), 503, "UNAVAILABLE");
      await pushImage(running.client(0), repository, "2", newImage());
      // The balancer leaves it out: clients notice nothing of it beyond one request sent again.
      await pushImage(running.balanced(), repository, "3", newImage());
      proxy.mend();
      await eventually("it answers again", async () => (await running.client(1).get(`/v2/${repository}/manifests/3`)).status === 200);
      expectStatus(await running.client(1).get("/readyz"), 200);
    } finally {
      await proxy.close();
    }
  });
});
