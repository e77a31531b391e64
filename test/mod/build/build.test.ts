import { describe, expect, test } from "bun:test";
import { consumer, INTERNALDB, PLATWEB } from "../support/fixtures.ts";
import { INTERNALDB_DEP, KIT_DEP, PLATWEB_DEP, POSTGRES_DEP, usePublished, WEB_DEP } from "./published.ts";

const modules = usePublished();

/** Objects of a stream, in their order. */
async function objects(yaml: string): Promise<Record<string, unknown>[]> {
  return yaml.split(/^---$/m).map((document) => Bun.YAML.parse(document) as Record<string, unknown>);
}

const titles = (list: readonly Record<string, unknown>[]) => list.map(({ kind, metadata }) => `${kind}/${(metadata as { name: string }).name}`);

const consuming = (securityContext: string) => modules.module("registry.test/app@v0", INTERNALDB_DEP, consumer(securityContext));

const platform = (addition: string) =>
  modules.module(
    "registry.test/end@v0",
    PLATWEB_DEP,
    `package endu\n\nimport (\n\t"mini.test/kit@v0"\n\t"mini.test/platweb@v0"\n)\n\nplatweb\n#used: kit.#Context\n${addition}\n`,
  );

describe("a module with objects", () => {
  test("has the objects that cue gives, ordered by kind", async () => {
    const directory = modules.module("registry.test/internaldb@v0", POSTGRES_DEP, INTERNALDB);
    const { code, stdout, stderr } = await modules.opm(["mod", "build"], { directory });
    expect([code, stderr]).toEqual([0, "policy run-as-non-root of registry.test/internaldb@v0: StatefulSet/postgres\n"]);
    const built = await objects(stdout);
    expect(titles(built)).toEqual(["Service/postgres", "StatefulSet/postgres"]);
    expect(built[1]).toMatchObject({
      metadata: { labels: { team: "db" } },
      spec: { replicas: 3, template: { spec: { securityContext: { runAsNonRoot: true } } } },
    });
    const judged = Bun.YAML.parse(await modules.judge(["export", "-e", "[for r in #resources {r}]", "--out", "yaml"], { directory })) as unknown[];
    expect(judged).toHaveLength(built.length);
    for (const object of built) expect(judged).toContainEqual(object);
  });

  test("is written as cue writes it", async () => {
    const directory = modules.module("registry.test/internaldb@v0", POSTGRES_DEP, INTERNALDB);
    const text = async (expression: string) => await modules.judge(["export", "-e", expression, "--out", "yaml"], { directory });
    const { stdout } = await modules.opm(["mod", "build", "-q"], { directory });
    expect(stdout).toBe(`${await text("#resources.service")}\n---\n${await text("#resources.statefulset")}\n`);
    const json = await modules.opm(["mod", "build", "-q", "-o", "json", "-e", "[#resources.service]"], { directory });
    expect(json.stdout).toBe(`${await modules.judge(["export", "-e", "[#resources.service]"], { directory })}\n`);
  });

  test("is the same with every build, whatever else is published, and without a registry", async () => {
    const directory = modules.module("registry.test/internaldb@v0", POSTGRES_DEP, INTERNALDB);
    const before = await modules.opm(["mod", "build"], { directory });
    await modules.publish(
      "registry.test/postgres@v2",
      "v2.1.0",
      {},
      'package postgres\n\n#config: _\n#resources: new: {apiVersion: "v1", kind: "Pod", metadata: name: "new"}\n',
    );
    expect(await modules.opm(["mod", "build"], { directory })).toEqual(before);
    modules.disconnect();
    try {
      expect(await modules.opm(["mod", "build"], { directory })).toEqual(before);
    } finally {
      modules.connect();
    }
  });
});

describe("a policy", () => {
  test("that a consumer overrides ends the build, without any output", async () => {
    const directory = consuming("runAsNonRoot: false");
    const { code, stdout, stderr } = await modules.opm(["mod", "build"], { directory });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("the policy run-as-non-root of registry.test/internaldb@v0.1.0 is violated");
    expect(stderr).toContain("#resources.statefulset.spec.template.spec.securityContext.runAsNonRoot: conflicting values true and false");
    expect(stderr).toMatch(/internaldb@v0\.1\.0\/main\.cue:6:\d+/);
    expect(stderr).toMatch(/^ +main\.cue:5:\d+$/m);
  });

  test("that a consumer adds to holds with the addition", async () => {
    const { code, stdout } = await modules.opm(["mod", "build"], { directory: consuming("fsGroup: 1") });
    expect(code).toBe(0);
    expect((await objects(stdout))[1]).toMatchObject({ spec: { template: { spec: { securityContext: { fsGroup: 1, runAsNonRoot: true } } } } });
  });

  test("is reported as JSON, also where it is violated", async () => {
    const report = async (addition: string) =>
      JSON.parse((await modules.opm(["mod", "build", "--policy-report", "json"], { directory: consuming(addition) })).stderr.split(/^opm:/m)[0] ?? "");
    const expected = { name: "run-as-non-root", mode: "block", origin: "registry.test/internaldb@v0.1.0" };
    expect((await report("fsGroup: 1")).policies).toMatchObject([{ ...expected, objects: ["StatefulSet/postgres"], violations: [] }]);
    expect((await report("runAsNonRoot: false")).policies).toMatchObject([{ ...expected, violations: [{ message: "conflicting values true and false" }] }]);
  });

  test("that only warns is told, and leaves the object", async () => {
    const text = `package app

#policies: few: {enforcement: onViolation: "warn", appliesTo: kinds: ["Deployment"], constrain: spec: replicas: <=2}
#resources: web: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: "web", spec: replicas: 3}
`;
    const directory = modules.module("registry.test/app@v0", {}, text);
    const { code, stdout, stderr } = await modules.opm(["mod", "build"], { directory });
    expect([code, (await objects(stdout))[0]]).toEqual([0, expect.objectContaining({ spec: { replicas: 3 } })]);
    expect(stderr).toContain("opm: warning: the policy few of registry.test/app@v0 is violated");
    expect(stderr).toContain("#resources.web.spec.replicas: invalid value 3 (out of bound <=2)");
  });
});

describe("a module with components", () => {
  const own = () => modules.module("mini.test/platweb@v0", WEB_DEP, PLATWEB);

  test("is rendered by the transformers that it imports", async () => {
    const { code, stdout } = await modules.opm(["mod", "build", "-o", "json"], { directory: own() });
    expect(code).toBe(0);
    const built = JSON.parse(stdout);
    expect(titles(built)).toEqual(["Service/site", "Deployment/logger", "Deployment/site"]);
    expect(built[0]).toMatchObject({ spec: { ports: [{ port: 8080 }] } });
    for (const object of built.slice(1)) expect(object.spec.template.spec.securityContext).toEqual({ runAsNonRoot: true });
  });

  test("has the policies of the platform on components of its own, too", async () => {
    const { code, stdout, stderr } = await modules.opm(["mod", "build"], {
      directory: platform('#components: extra: {kit.#Container, spec: container: {image: "x", env: {}}}'),
    });
    expect([code, stderr]).toEqual([0, "policy non-root of mini.test/platweb@v0.1.0: Deployment/extra, Deployment/logger, Deployment/site\n"]);
    expect(stdout.match(/runAsNonRoot: true/g)).toHaveLength(3);
  });

  test("cannot get around them", async () => {
    const addition = "#policies: nonroot: constrain: spec: template: spec: securityContext: runAsNonRoot: false";
    const { code, stdout, stderr } = await modules.opm(["mod", "build"], { directory: platform(addition) });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("conflicting values");
  });

  test("takes values of a file", async () => {
    const values = modules.write({ "v.yaml": "image: nginx:2\nport: 81\n", "w.yaml": "imag: x\n" });
    const built = await modules.opm(["mod", "build", "-f", `${values}/v.yaml`, "-n", "shop"], { directory: own() });
    expect([built.code, built.stdout.match(/nginx:2|port: 81|namespace: shop/g)?.length]).toEqual([0, 5]);
    const wrong = await modules.opm(["mod", "build", "-f", `${values}/w.yaml`], { directory: own() });
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([2, "", expect.stringContaining("#config.imag: field not allowed")]);
    expect(wrong.stderr).toContain(`${values}/w.yaml:1:1`);
  });
});

describe("what cannot be built", () => {
  for (const [title, deps, text, message] of [
    [
      "a value that is missing",
      {},
      'package app\n#resources: a: {apiVersion: "v1", kind: "Pod", metadata: name: "a", spec: image: string}\n',
      "#resources.a.spec.image: incomplete value string",
    ],
    [
      "an import that nothing provides",
      {},
      'package app\nimport "lib.test/none@v0"\n#resources: none\n',
      'no module of cue.mod/module.cue provides the import "lib.test/none@v0": run opm mod tidy',
    ],
    [
      "an import of a version that is not pinned",
      { "registry.test/internaldb@v0": "v0.1.0" },
      'package app\nimport "registry.test/internaldb@v0"\n#resources: internaldb.#resources\n',
      "registry.test/postgres@v2.0.0",
    ],
    ["nothing", {}, "package app\nx: 1\n", "nothing to render"],
    ["components without transformers", {}, "package app\n#components: a: {}\n", "--provider"],
  ] as const) {
    test(title, async () => {
      const { code, stdout, stderr } = await modules.opm(["mod", "build"], { directory: modules.module("bad.test/app@v0", deps, text) });
      expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
      expect(stderr).not.toMatch(/at .*\(.*:\d+/);
    });
  }

  test("a module that no registry has", async () => {
    const directory = modules.module("bad.test/app@v0", { "gone.test/x@v0": "v0.1.0" }, 'package app\nimport "gone.test/x@v0"\n#resources: x\n');
    expect(await modules.opm(["mod", "build"], { directory })).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining("gone.test/x") });
    expect(await modules.opm(["mod", "build"], { directory, environment: { CUE_REGISTRY: "127.0.0.1:1" } })).toMatchObject({ code: 3, stdout: "" });
  });

  test("a folder without a module", async () => {
    expect(await modules.opm(["mod", "build"], { directory: modules.write({ "a.cue": "package a\n" }) })).toMatchObject({ code: 5, stdout: "" });
  });
});

test("a provider is chosen where the module imports none", async () => {
  const text =
    'package app\n#components: a: {metadata: {name: "a", labels: "kit/workload": "stateless"}, #resources: "mini.test/kit/container": {}, spec: container: {image: "x", env: {}}}\n';
  const directory = modules.module("registry.test/app@v0", KIT_DEP, text);
  expect(await modules.opm(["mod", "build", "-q", "--provider", "mini.test/kit@v0"], { directory })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("kind: Deployment"),
  });
});
