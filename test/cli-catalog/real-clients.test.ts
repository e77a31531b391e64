import { describe, expect } from "bun:test";
import { join } from "node:path";
import { packageChart } from "../clients/charts.ts";
import { publishLibrary, writeUser } from "../clients/cue-modules.ts";
import { useSandbox } from "../clients/sandbox.ts";
import { findTool, testWith } from "../support/tools.ts";
import { useCatalog } from "./use-catalog.ts";

const [helm, cue] = await Promise.all([findTool("helm"), findTool("cue")]);
const catalog = useCatalog();
const { opm, json } = catalog;
const sandbox = useSandbox(() => ({ CUE_REGISTRY: `${catalog.host}+insecure` }));

describe("what other programs push", () => {
  testWith(helm)("a Helm chart with a dependency", async () => {
    const url = `oci://${catalog.host}/real`;
    const push = async (chart: Parameters<typeof packageChart>[2]) => {
      await sandbox.succeed(helm, ["push", await packageChart(helm, sandbox, chart), url, "--plain-http"]);
    };
    for (const version of ["1.4.0", "1.10.2", "2.0.0"]) await push({ name: "database", version });
    await push({ name: "shop", version: "0.1.0", dependency: `{ name: database, version: ^1.4.0, repository: "${url}" }` });
    expect(await json("deps", "HOST/real/shop:0.1.0")).toMatchObject({
      dependencies: [{ kind: "helm-chart", key: "oci:real/database", requirement: "^1.4.0", resolved: { repository: "real/database", tag: "1.10.2" } }],
      problem: null,
    });
    expect(await json("dependents", "HOST/real/database:1.10.2")).toMatchObject({
      dependents: [{ repository: "real/shop", tags: ["0.1.0"], satisfied: true }],
    });
    expect(await json("list", "HOST/real/*", "--type", "application/vnd.cncf.helm.config.v1+json")).toMatchObject({
      repositories: [{ name: "real/database", latest: { tag: "2.0.0" } }, { name: "real/shop" }],
    });
    expect((await opm("inspect", "HOST/real/shop:0.1.0")).stdout).toContain(`helm pull oci://${catalog.host}/real/shop --version 0.1.0`);
  });

  testWith(cue)("CUE modules that depend on each other", async () => {
    for (const version of ["v0.1.0", "v0.10.0"]) expect(await publishLibrary(cue, sandbox, "test.example/lib@v0", version)).toMatchObject({ code: 0 });
    const directory = await writeUser(cue, sandbox, "test.example/lib@v0", 3);
    await sandbox.succeed(cue, ["mod", "tidy"], { directory });
    expect(await Bun.file(join(directory, "cue.mod", "module.cue")).text()).toContain("test.example/lib@v0");
    await sandbox.succeed(cue, ["mod", "publish", "v0.1.0"], { directory });
    expect(await json("versions", "HOST/test.example/lib")).toMatchObject({ versions: [{ tag: "v0.10.0" }, { tag: "v0.1.0" }] });
    expect(await json("deps", "HOST/test.example/user:v0.1.0")).toMatchObject({
      dependencies: [{ kind: "cue-module", key: "cue:test.example/lib", requirement: "v0.10.0", resolved: { repository: "test.example/lib", tag: "v0.10.0" } }],
    });
    expect(await json("dependents", "HOST/test.example/lib")).toMatchObject({ dependents: [{ repository: "test.example/user", tags: ["v0.1.0"] }] });
  });
});
