import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { opmCommand, runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { runOnTerminal } from "../support/terminal.ts";
import { findDebianTool, testWith } from "../support/tools.ts";

setDefaultTimeout(60_000);

const folder = temporaryFolder();
let count = 0;
const fresh = () => join(folder.path, `init-${count++}`);

beforeAll(() => mkdirSync(folder.path, { recursive: true }));
afterAll(folder.remove);

/** Writes a deployment, and gives its folder. */
async function init(...args: string[]): Promise<string> {
  const target = fresh();
  expect(await runOpm(["init", "-y", target, ...args])).toMatchObject({ code: 0 });
  return target;
}

const text = (target: string, file: string) => readFileSync(join(target, file), "utf8");
const check = (directory: string, environment: Record<string, string> = {}) => runOpm(["config", "check", "-c", "opm.yaml"], { directory, environment });

describe("opm init", () => {
  test("writes what opm serve runs with, on this machine alone", async () => {
    const target = await init();
    expect(readdirSync(target)).toEqual(["opm.yaml"]);
    expect(parse(text(target, "opm.yaml"))).toEqual({
      listen: "127.0.0.1:5000",
      data: "./data",
      storage: { content: { driver: "filesystem" }, metadata: { driver: "sqlite" } },
    });
    expect(await check(target)).toMatchObject({ code: 0 });
  });

  test("asks what is at hand, and takes the start of an answer", async () => {
    const target = fresh();
    const answers = ["sy", "", "nonsense", "sqlite", "a", "", "", "2"];
    let answered = 0;
    const questions = /(?:\[[a-z/]+\] \([a-z]+\)|:(?: \([^)]*\))?) (?=$)/;
    const { code, shown } = await runOnTerminal([...opmCommand(), "init", target], {
      environment: { PATH: process.env.PATH ?? "", TERM: "dumb" },
      width: 80,
      type(soFar) {
        const asked =
          Bun.stripANSI(soFar)
            .split(/[\r\n]+/)
            .at(-1) ?? "";
        const answer = answers[answered];
        if (answer === undefined || !questions.test(asked)) return undefined;
        answered++;
        return `${answer}\r`;
      },
    });
    expect([code, answered]).toEqual([0, answers.length]);
    expect(shown).toContain("that is no answer: expected sqlite, postgres");
    expect(readdirSync(target).sort()).toEqual(["opm.service", "opm.yaml"]);
    expect(parse(text(target, "opm.yaml"))).toMatchObject({ listen: ":5000", server: { workers: 2 }, access: { grants: expect.any(Array) } });
  });

  test("ends with the input, and has written nothing", async () => {
    const target = fresh();
    let ended = false;
    const { code, shown } = await runOnTerminal([...opmCommand(), "init", target], {
      environment: { PATH: process.env.PATH ?? "", TERM: "dumb" },
      width: 80,
      type: (soFar) => {
        if (ended || !soFar.includes("What runs it?")) return undefined;
        ended = true;
        return "\u0004";
      },
    });
    expect([code, shown]).toEqual([1, expect.stringContaining("nothing was written")]);
    expect(() => statSync(target)).toThrow();
  });

  test("asks nobody where there is no terminal", async () => {
    expect(await runOpm(["init", fresh()])).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
  });

  test("overwrites nothing unless it is told to", async () => {
    const target = fresh();
    mkdirSync(target);
    writeFileSync(join(target, "opm.yaml"), "mine");
    expect(await runOpm(["init", "-y", target])).toMatchObject({ code: 2, stderr: expect.stringContaining("opm.yaml in") });
    expect([readdirSync(target), text(target, "opm.yaml")]).toEqual([["opm.yaml"], "mine"]);
    expect(await runOpm(["init", "-y", target, "--force"])).toMatchObject({ code: 0 });
    expect(text(target, "opm.yaml")).toContain("storage:");
  });

  test("never overwrites the password of a database", async () => {
    const args = ["--template", "compose", "--metadata", "postgres"];
    const target = await init(...args);
    const before = text(target, "database.env");
    const again = await runOpm(["init", "-y", target, ...args, "--force"]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("opm.env, database.env in") });
    expect([text(target, "database.env"), statSync(join(target, "opm.env")).mode & 0o777]).toEqual([before, 0o600]);
  });

  test.each([
    [["--bucket", "Upper"], "bucket"],
    [["--content", "bucket"], "no bucket is named"],
    [["--content", "disk", "--bucket", "blobs"], "--content bucket"],
    [["--certificate", "/a.crt"], "--certificate and --key go together"],
    [["--certificate", "a b.crt", "--key", "/k"], "expected a whole path"],
    [["--endpoint", "s3.example.com", "--bucket", "blobs"], "expected a URL"],
    [["--workers", "0"], "expected auto or a number"],
    [["--workers", "129"], "expected auto or a number"],
    [["--image", "x\ny"], "expected an image"],
    [["--template", "nomad"], "Allowed choices"],
  ])("refuses %p", async (args, message) => {
    const target = fresh();
    const { code, stderr } = await runOpm(["init", "-y", target, ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(() => statSync(target)).toThrow();
  });
});

const COMPONENTS = [
  ["disk and sqlite", []],
  ["disk and postgres, open", ["--metadata", "postgres", "--access", "open"]],
  ["bucket and sqlite", ["--bucket", "blobs", "--endpoint", "https://s3.example.com", "--workers", "auto"]],
  ["bucket and postgres, with a certificate", ["--bucket", "blobs", "--metadata", "postgres", "--certificate", "/etc/tls/a.crt", "--key", "/etc/tls/a.key"]],
] as const;

describe.each(COMPONENTS)("of %s", (name, args) => {
  const [withBucket, withPostgres, withTls] = [name.includes("bucket"), name.includes("postgres"), name.includes("certificate")];

  test("Docker Compose has all that its services name", async () => {
    const target = await init("--template", "compose", "--image", "registry.example.com/opm:1.2.3", ...args);
    const { services, volumes } = parse(text(target, "compose.yaml"));
    expect(services.opm.image).toBe("registry.example.com/opm:1.2.3");
    expect(services.opm.ports).toEqual([name.includes("open") ? "127.0.0.1:5000:5000" : "5000:5000"]);
    expect(Object.keys(services)).toEqual(withPostgres ? ["opm", "database"] : ["opm"]);
    const mounted: string[] = Object.values<{ volumes: string[] }>(services).flatMap((service) => service.volumes.map((volume) => volume.split(":")[0] ?? ""));
    for (const source of mounted.filter((source) => !/^[./]/.test(source))) expect(Object.keys(volumes)).toContain(source);
    for (const source of mounted.filter((source) => source.startsWith("./"))) expect(readdirSync(target)).toContain(source.slice(2));
    const files: string[] = Object.values<{ env_file?: string[] }>(services).flatMap((service) => service.env_file ?? []);
    for (const file of files) expect(statSync(join(target, file)).mode & 0o777).toBe(0o600);
    const environment = Object.fromEntries(files.flatMap((file) => text(target, file).trim().split("\n")).map((line) => line.split(/=(.*)/).slice(0, 2)));
    if (withPostgres) expect(environment.OPM_STORAGE_METADATA_URL).toBe(`postgres://opm:${environment.POSTGRES_PASSWORD}@database:5432/opm`);
    expect(Object.keys(environment).includes("AWS_ACCESS_KEY_ID")).toBe(withBucket);
    await expectShown(target, environment);
  });

  test("Kubernetes has all that its pods name", async () => {
    const target = await init("--template", "kubernetes", ...args);
    const documents = parseAllDocuments(text(target, "kubernetes.yaml")).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });
    const stateless = withBucket && withPostgres;
    const workload = documents.find(({ kind }) => kind === (stateless ? "Deployment" : "StatefulSet"));
    const { spec, metadata } = workload.spec.template;
    const [container] = spec.containers;
    for (const selector of [workload.spec.selector.matchLabels, documents.find(({ kind }) => kind === "Service").spec.selector]) {
      expect(metadata.labels).toMatchObject(selector);
    }
    const claims = (workload.spec.volumeClaimTemplates ?? []).map((claim: { metadata: { name: string } }) => claim.metadata.name);
    const volumes = [...spec.volumes.map((volume: { name: string }) => volume.name), ...claims].sort();
    expect(container.volumeMounts.map((mount: { name: string }) => mount.name).sort()).toEqual(volumes);
    // a node that waits for a migration is not killed for it
    expect(container.startupProbe.periodSeconds * container.startupProbe.failureThreshold).toBeGreaterThanOrEqual(3600);
    expect(container.readinessProbe.httpGet).toEqual({ path: "/readyz", port: "registry", ...(withTls && { scheme: "HTTPS" }) });
    const named = documents.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name);
    expect(named).toEqual([...(withPostgres ? ["opm-database"] : []), ...(withBucket ? ["opm-bucket"] : [])]);
    const config = documents.find(({ kind }) => kind === "ConfigMap").data["opm.yaml"];
    const read = fresh();
    mkdirSync(read);
    writeFileSync(join(read, "opm.yaml"), config);
    await expectShown(read, {});
  });

  async function expectShown(directory: string, environment: Record<string, string>): Promise<void> {
    const shown = await runOpm(["config", "show", "-c", "opm.yaml"], { directory, environment });
    expect(shown).toMatchObject({ code: 0 });
    expect(parse(shown.stdout)).toMatchObject({
      listen: ":5000",
      data: "/var/lib/opm",
      access: { grants: expect.any(Array) },
      storage: { content: { driver: withBucket ? "s3" : "filesystem" }, metadata: { driver: withPostgres ? "postgres" : "sqlite" } },
      ...(withTls && { tls: { certificate: expect.stringContaining("tls.crt") } }),
    });
  }
});

const systemd = await findDebianTool("systemd-analyze", "systemd");

testWith(systemd)("the unit is one that systemd takes", async () => {
  const target = await init(
    "--template",
    "systemd",
    "--bucket",
    "blobs",
    "--metadata",
    "postgres",
    "--certificate",
    "/etc/tls/a.crt",
    "--key",
    "/etc/tls/a.key",
  );
  const unit = join(target, "opm.service");
  // The program need not be where the unit has it.
  writeFileSync(unit, text(target, "opm.service").replace("/usr/local/bin/opm", "/bin/true"));
  const child = Bun.spawn([systemd.path ?? "", "verify", "--man=no", unit], { stdout: "pipe", stderr: "pipe", timeout: 50_000 });
  const [output, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect([code, output, errors.split("\n").filter((line) => line.includes(unit) || line.includes("opm.service"))]).toEqual([0, "", []]);
});
