import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { send, useStubRegistry } from "./stub-registry.ts";
import { moduleFile, useModules } from "./use-modules.ts";

setDefaultTimeout(60_000);
const stub = useStubRegistry();
const modules = useModules(() => ({ CUE_REGISTRY: `${stub.host}/pre` }));
let root = "";
let repository = "";
let count = 0;
beforeEach(() => {
  const name = `lib.test/other${count++}`;
  root = modules.write({ "module.cue": moduleFile(`${name}@v1`), "base.cue": "package base\n\nx: 1\n" });
  repository = `pre/${name}`;
});
afterEach(() => stub.reset());

const publish = (...more: readonly string[]) => modules.opm(["mod", "publish", ...more, "v1.0.0"], { directory: root });

/** A version with other files, of somebody else: all of it is there but the tag. */
async function publishOther(): Promise<{ readonly type: string; readonly bytes: Buffer }> {
  const other = modules.write({ "module.cue": await Bun.file(join(root, "cue.mod", "module.cue")).text(), "o.cue": "package base\n" });
  await modules.judge(["mod", "publish", "v1.0.0"], { directory: other });
  const found = stub.manifests.get(`${repository}:v1.0.0`);
  stub.manifests.delete(`${repository}:v1.0.0`);
  if (found === undefined) throw new Error("nothing was published");
  return found;
}

describe("a registry", () => {
  test("that nobody answers for", async () => {
    const { code, stderr } = await modules.opm(["mod", "publish", "127.0.0.1:1/pre", "v1.0.0"], { directory: root });
    expect([code, stderr]).toEqual([3, expect.stringContaining("127.0.0.1:1")]);
    expect(stderr).not.toMatch(/at .*\(.*:\d+/);
  });

  test("that has too many requests for a moment", async () => {
    let refused = 0;
    stub.before = ({ method }, response) => method === "PUT" && refused++ < 1 && send(response, 429, { "Retry-After": "0" }, "slow down");
    expect(await publish()).toMatchObject({ code: 0 });
  });

  test("that fails with a page", async () => {
    stub.before = ({ method }, response) => method === "POST" && send(response, 500, { "Content-Type": "text/html" }, "<h1>no</h1>");
    const { code, stderr } = await publish();
    expect([code, stderr]).toEqual([3, expect.stringContaining("500")]);
    expect([stub.manifests.has(`${repository}:v1.0.0`), stderr.includes("<h1>")]).toEqual([false, false]);
  });

  test("that wants a password gets that of docker's configuration", async () => {
    const authorization = `Basic ${Buffer.from("ann:secret").toString("base64")}`;
    const guard = () => {
      stub.before = ({ headers }, response) => headers.authorization !== authorization && send(response, 401, { "WWW-Authenticate": 'Basic realm="r"' });
    };
    const config = join(modules.environment.DOCKER_CONFIG ?? "", "config.json");
    const logIn = (password: string) =>
      Bun.write(config, JSON.stringify({ auths: { [stub.host]: { auth: Buffer.from(`ann:${password}`).toString("base64") } } }));
    guard();
    const nobody = await publish();
    expect([nobody.code, nobody.stderr]).toEqual([4, expect.stringContaining(`docker login ${stub.host}`)]);
    await logIn("wrong");
    const wrong = await publish();
    expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining(stub.host)]);
    expect(wrong.stderr).not.toContain("wrong");
    expect(stub.manifests.has(`${repository}:v1.0.0`)).toBe(false);
    await logIn("secret");
    expect(await publish()).toMatchObject({ code: 0 });
    rmSync(config);
  });

  test("that denies what is not there to who may only pull", async () => {
    const realm = `http://${stub.host}/token`;
    stub.before = ({ path, headers }, response) => {
      const url = new URL(path, realm);
      if (url.pathname === "/token")
        return send(response, 200, {}, JSON.stringify({ token: url.searchParams.getAll("scope").join(" ").includes("push") ? "push" : "pull" }));
      return (
        headers.authorization !== "Bearer push" &&
        send(response, 401, { "WWW-Authenticate": `Bearer realm="${realm}",service="s"` }, '{"errors":[{"code":"DENIED"}]}')
      );
    };
    expect(await publish()).toMatchObject({ code: 0 });
  });

  test("with names of two parts has modules in tags, and cue finds them there", async () => {
    const tooDeep = () => {
      stub.before = ({ path }, response) =>
        /^\/v2\/[^/]+\/[^/]+\/(?!manifests|blobs|tags)/.test(path) && send(response, 400, {}, '{"errors":[{"code":"NAME_INVALID"}]}');
    };
    const home = modules.environment.HOME ?? "";
    await Bun.write(join(home, ".opm", "config.yaml"), `registries:\n  lib.test: {url: "${stub.host}/team/modules", pathEncoding: hashAsTag}\n`);
    const environment = { CUE_REGISTRY: "" };
    tooDeep();
    const output = await modules.json(["mod", "publish", "v1.0.0"], { directory: root, environment });
    expect(output.reference).toMatch(new RegExp(`^${stub.host}/team/modules:[0-9a-f]{64}-v1\\.0\\.0@`));
    expect(stub.manifests.size).toBeGreaterThan(0);
    const path = (await Bun.file(join(root, "cue.mod", "module.cue")).text()).split('"')[1];
    const app = modules.write({ "module.cue": moduleFile("app.test/hash@v0"), "a.cue": `package main\n\nimport "${path}:base"\n\nout: base\n` });
    const judge = { directory: app, environment: { CUE_REGISTRY: String(output.registry) } };
    await modules.judge(["mod", "tidy"], judge);
    expect(JSON.parse(await modules.judge(["export"], judge))).toEqual({ out: { x: 1 } });
    const again = await modules.json(["mod", "publish", "v1.0.0"], { directory: root, environment });
    expect(again.state).toBe("identical");
    rmSync(join(home, ".opm"), { recursive: true });
  });
});

describe("two at once", () => {
  test("the tag is asked for only where it is absent, and what the other put there is looked at", async () => {
    const other = await publishOther();
    stub.before = ({ method, path, headers }, response) => {
      if (method !== "PUT" || !path.endsWith("/manifests/v1.0.0")) return false;
      expect(headers["if-none-match"]).toBe("*");
      stub.manifests.set(`${repository}:v1.0.0`, other);
      return send(response, 412, {}, "{}");
    };
    const { code, stderr } = await publish();
    expect([code, stderr]).toEqual([2, expect.stringMatching(/other content.*v1\.0\.1/)]);
    expect(stub.manifests.get(`${repository}:v1.0.0`)).toBe(other);
  });

  test("the same content from both is well", async () => {
    stub.before = ({ method, path, headers, body }, response) => {
      if (method !== "PUT" || !path.endsWith("/manifests/v1.0.0")) return false;
      stub.manifests.set(`${repository}:v1.0.0`, { type: String(headers["content-type"]), bytes: Buffer.from(body, "latin1") });
      return send(response, 403, {}, '{"errors":[{"code":"DENIED","message":"cannot overwrite tag"}]}');
    };
    const { code, stderr } = await publish();
    expect([code, stderr]).toEqual([0, expect.stringContaining("identical")]);
  });

  test("a registry that refuses the tag of a version with other content", async () => {
    const other = await publishOther();
    stub.before = ({ method, path }, response) => {
      if (method !== "PUT" || !path.endsWith("/manifests/v1.0.0")) return false;
      stub.manifests.set(`${repository}:v1.0.0`, other);
      return send(response, 403, {}, '{"errors":[{"code":"DENIED","message":"cannot overwrite tag"}]}');
    };
    const { code, stderr } = await publish();
    expect([code, stderr]).toEqual([2, expect.stringMatching(/already published with other content.*v1\.0\.1/)]);
  });

  test("who is overtaken after the push is told", async () => {
    const other = await publishOther();
    let pushed = false;
    stub.before = ({ method, path }) => {
      if (!path.endsWith("/manifests/v1.0.0")) return false;
      if (method === "PUT") pushed = true;
      else if (pushed) stub.manifests.set(`${repository}:v1.0.0`, other);
      return false;
    };
    const { code, stderr } = await publish();
    expect([code, stderr]).toEqual([2, expect.stringContaining("somebody else at the same time")]);
  });
});

test("a push that is denied, though nothing is there, is about the right to push", async () => {
  stub.before = ({ method }, response) => method === "POST" && send(response, 403, {}, '{"errors":[{"code":"DENIED"}]}');
  const { code, stderr } = await publish();
  expect([code, stderr]).toEqual([4, expect.stringContaining("may not")]);
});
