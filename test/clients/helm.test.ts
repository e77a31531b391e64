import { describe, expect } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runOpm } from "../cli/run-opm.ts";
import { findTool, testWith } from "../support/tools.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { packageChart } from "./charts.ts";
import { useSandbox } from "./sandbox.ts";

const tool = await findTool("helm");
const test = testWith(tool);
const { client, server } = useRegistry();
const sandbox = useSandbox();

const helm = (...args: string[]) => sandbox.succeed(tool, args);
const freshUrl = () => `oci://127.0.0.1:${server().port}/${freshRepository("helm")}`;

async function push(url: string, version: string, dependency?: string): Promise<void> {
  await helm("push", await packageChart(tool, sandbox, { name: "demo", version, ...(dependency && { dependency }) }), url, "--plain-http");
}

describe("helm", () => {
  test("packages, pushes, shows and pulls a chart", async () => {
    const url = freshUrl();
    const archive = await packageChart(tool, sandbox, { name: "demo", version: "1.2.3" });
    await helm("push", archive, url, "--plain-http");
    expect(await helm("show", "chart", `${url}/demo`, "--version", "1.2.3", "--plain-http")).toContain("version: 1.2.3");
    const target = sandbox.fresh();
    mkdirSync(target);
    await helm("pull", `${url}/demo`, "--version", "1.2.3", "--plain-http", "-d", target);
    expect(await Bun.file(join(target, "demo-1.2.3.tgz")).bytes()).toEqual(await Bun.file(archive).bytes());
    expect(await helm("template", "release", `${url}/demo`, "--version", "1.2.3", "--plain-http")).toContain("release: release");
  });

  test("finds the highest version, and one in a range", async () => {
    const url = freshUrl();
    for (const version of ["1.9.0", "1.10.0", "2.0.0-rc.1", "1.10.1+build.5"]) await push(url, version);
    expect(await helm("show", "chart", `${url}/demo`, "--plain-http")).toContain("version: 1.10.1+build.5");
    expect(await helm("show", "chart", `${url}/demo`, "--version", "~1.9", "--plain-http")).toContain("version: 1.9.0");
    const tags = (await client.get(`/v2/${url.split("/").slice(3).join("/")}/demo/tags/list`)).json();
    expect(tags).toMatchObject({ tags: ["1.10.0", "1.10.1_build.5", "1.9.0", "2.0.0-rc.1"] });
  });

  test("fetches the dependency of a chart", async () => {
    const url = freshUrl();
    await push(url, "1.0.0");
    const archive = await packageChart(tool, sandbox, { name: "parent", version: "0.1.0", dependency: `{ name: demo, version: ^1.0.0, repository: ${url} }` });
    expect(await helm("template", "release", archive)).toContain("chart: demo");
  });

  test("gives the same files as opm pull", async () => {
    const url = freshUrl();
    await push(url, "1.10.1+build.5");
    const [theirs, ours] = [sandbox.fresh(), sandbox.fresh()];
    mkdirSync(theirs);
    await helm("pull", `${url}/demo`, "--version", "1.10.1+build.5", "--plain-http", "-d", theirs);
    const pulled = await runOpm(["pull", `${url.slice("oci://".length)}/demo:1.10.1_build.5`, "-o", ours, "--no-cache"]);
    expect([pulled.code, readdirSync(ours)]).toEqual([0, readdirSync(theirs)]);
    const [name = ""] = readdirSync(ours);
    expect(await Bun.file(join(ours, name)).bytes()).toEqual(await Bun.file(join(theirs, name)).bytes());
  });

  test("says what is missing", async () => {
    const url = freshUrl();
    await push(url, "1.0.0");
    const absent = await sandbox.run(tool, ["pull", `${url}/demo`, "--version", "7.0.0", "--plain-http"]);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining("not found")]);
  });
});
