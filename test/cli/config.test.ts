import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOpm, temporaryFolder } from "./run-opm.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function write(text: string): void {
  writeFileSync(join(folder.path, "opm.yaml"), text);
}

describe("opm config check", () => {
  test("a good file", async () => {
    write("listen: 127.0.0.1:5001\n");
    expect(await runOpm(["config", "check"], { directory: folder.path })).toEqual({ code: 0, stdout: "opm.yaml is valid\n", stderr: "" });
  });

  test("no file", async () => {
    expect((await runOpm(["config", "check"], { directory: folder.path })).code).toBe(0);
  });

  test("every problem, a line each", async () => {
    write("listen: 1\nlimts: {}\n");
    expect(await runOpm(["config", "check"], { directory: folder.path })).toEqual({
      code: 2,
      stdout: "",
      stderr: "opm: opm.yaml:1:9: listen: expected string, received number\nopm: opm.yaml:2:1: limts: unknown key; did you mean limits?\n",
    });
  });

  test("a flag is named like a flag", async () => {
    const { code, stderr } = await runOpm(["config", "check", "--listen", "nowhere"], { directory: folder.path });
    expect([code, stderr]).toEqual([2, "opm: --listen: listen: expected host:port, [ipv6]:port or :port\n"]);
  });

  test("listening for everybody without grants is refused, with the settings that would do", async () => {
    for (const command of [["config", "check"], ["serve"]]) {
      const { code, stderr } = await runOpm([...command, "--listen", "0.0.0.0:0"], { directory: folder.path });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^opm: refusing to listen on 0\.0\.0\.0 .*access\.grants.*opm user add.*access\.htpasswd.*127\.0\.0\.1.*\n$/);
    }
  });
});

describe("opm config show", () => {
  test("YAML that can be loaded again", async () => {
    write("limits: { manifestSize: 8388608 }\n");
    const { code, stdout } = await runOpm(["config", "show"], { directory: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain("manifestSize: 8MiB\n");
    write(stdout);
    expect((await runOpm(["config", "show"], { directory: folder.path })).stdout).toBe(stdout);
  });

  test("where each value comes from", async () => {
    write("log:\n  level: warn\n");
    const args = ["config", "show", "--origin", "--data", "d"];
    const { stdout } = await runOpm(args, { directory: folder.path, environment: { OPM_LIMITS_UPLOADS: "9" } });
    expect(stdout).toMatch(/^data +\/.*\/d +--data$/m);
    expect(stdout).toMatch(/^limits\.uploads +9 +OPM_LIMITS_UPLOADS$/m);
    expect(stdout).toMatch(/^log\.level +warn +opm\.yaml:2:10$/m);
    expect(stdout).toMatch(/^log\.format +auto +default$/m);
  });

  test("JSON", async () => {
    const { stdout } = await runOpm(["config", "show", "--json"], { directory: folder.path });
    expect(JSON.parse(stdout)).toContainEqual({ name: "listen", value: "127.0.0.1:5000", origin: "default" });
  });
});

test("opm config schema describes every section", async () => {
  const { stdout } = await runOpm(["config", "schema"]);
  const schema: unknown = JSON.parse(stdout);
  expect(schema).toMatchObject({ type: "object", additionalProperties: false, properties: { listen: { type: "string" }, limits: { type: "object" } } });
});
