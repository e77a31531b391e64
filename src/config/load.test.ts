import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigSources, loadConfig } from "./load.ts";
import { showConfig } from "./show.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "opm-config-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig({ environment: {}, flags: {}, directory, ...sources });
}

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

describe("precedence", () => {
  test("flag, then environment, then file, then default", async () => {
    write("opm.yaml", "listen: 127.0.0.1:1\ndata: from-file\nlimits: { uploads: 1, idle: 1s }\n");
    const environment = { OPM_LISTEN: "127.0.0.1:2", OPM_LIMITS_UPLOADS: "2" };
    const { config, origins } = await load({ environment, flags: { listen: "127.0.0.1:3" } });

    expect(config.listen).toBe("127.0.0.1:3");
    expect(config.limits).toMatchObject({ uploads: 2, idle: 1000, manifestSize: 4 * 2 ** 20 });
    expect(origins.get("listen")).toBe("--listen");
    expect(origins.get("limits.uploads")).toBe("OPM_LIMITS_UPLOADS");
    expect(origins.get("limits.idle")).toBe("opm.yaml:3:29");
    expect(origins.get("limits.manifestSize")).toBe("default");
  });

  test("an empty variable counts as not set", async () => {
    expect((await load({ environment: { OPM_LISTEN: "" } })).origins.get("listen")).toBe("default");
  });

  test("variables of numbers, truth values, lists and maps", async () => {
    const grants = [{ subjects: ["anonymous"], repositories: "**", actions: ["pull"] }];
    const environment = {
      OPM_LOG_REQUESTS: "false",
      OPM_LIMITS_UPLOADS: "7",
      OPM_ACCESS_GRANTS: JSON.stringify(grants),
      OPM_ACCESS_GROUPS: "{ ops: [ann] }",
    };
    const { config } = await load({ environment });
    expect(config.log.requests).toBe(false);
    expect(config.limits.uploads).toBe(7);
    expect(config.access).toMatchObject({ grants, groups: { ops: ["ann"] } });
  });

  test("OPM_CONFIG names a file, and --config another one", async () => {
    write("opm.yaml", "listen: 127.0.0.1:1\n");
    write("two.yaml", "listen: 127.0.0.1:2\n");
    write("three.yaml", "listen: 127.0.0.1:3\n");
    expect((await load()).config.listen).toBe("127.0.0.1:1");
    expect((await load({ environment: { OPM_CONFIG: "two.yaml" } })).config.listen).toBe("127.0.0.1:2");
    expect((await load({ environment: { OPM_CONFIG: "two.yaml" }, file: "three.yaml" })).config.listen).toBe("127.0.0.1:3");
  });

  test("variables that are no setting are told, those of the client and of Kubernetes are not", async () => {
    const environment = {
      OPM_LISTN: "x",
      OPM_CACHE: "/c",
      OPM_REGISTRY: "a:1",
      OPM_MODULE_REGISTRY: "a:1",
      OPM_CUE_HELPER: "/h",
      OPM_SERVICE_HOST: "10.0.0.1",
      OPM_PORT_5000_TCP: "tcp://10.0.0.1:5000",
    };
    expect((await load({ environment })).warnings).toEqual(["OPM_LISTN is no setting and is ignored; did you mean OPM_LISTEN?"]);
  });
});

describe("paths", () => {
  test("in the file start at its folder, others at the working folder", async () => {
    mkdirSync(join(directory, "etc"));
    write("etc/opm.yaml", "data: d\naccess: { htpasswd: h }\ntls: { certificate: c, key: /k }\n");
    const { config } = await load({ file: "etc/opm.yaml", environment: { OPM_ACCESS_SIGNING_KEY: "s" } });
    expect(config.data).toBe(join(directory, "etc/d"));
    expect(config.access.htpasswd).toBe(join(directory, "etc/h"));
    expect(config.access.signingKey).toBe(join(directory, "s"));
    expect(config.tls).toEqual({ certificate: join(directory, "etc/c"), key: "/k" });
  });

  test("the default data folder lies in the working folder", async () => {
    mkdirSync(join(directory, "etc"));
    write("etc/opm.yaml", "log: { level: warn }\n");
    expect((await load({ file: "etc/opm.yaml" })).config.data).toBe(join(directory, "data"));
  });
});

test("what is shown can be loaded again and means the same", async () => {
  write("opm.yaml", "listen: 127.0.0.1:9\nlimits: { blobSize: 10GB, idle: 90s }\naccess: { groups: { ops: [ann] } }\n");
  const loaded = await load();
  write("shown.yaml", showConfig(loaded));
  expect((await load({ file: "shown.yaml" })).config).toEqual(loaded.config);
});

test("a password in a URL is not shown", async () => {
  const environment = { OPM_STORAGE_METADATA_DRIVER: "postgres", OPM_STORAGE_METADATA_URL: "postgres://u:s3cret@h/db?password=s3cret" };
  const text = showConfig(await load({ environment }));
  expect(text).toContain("postgres://u:REDACTED@h/db");
  expect(text).not.toContain("s3cret");
});

test("sections without lines count as absent", async () => {
  write("opm.yaml", "limits:\ntls:\nstorage:\n  metadata:\n");
  expect((await load()).config).toEqual((await load({ file: "/dev/null" })).config);
});
