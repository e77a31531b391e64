import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../bench/processes.ts";
import { opmCommand, temporaryFolder } from "../cli/run-opm.ts";
import { guideSteps, matchesOutput } from "../mod/support/guide-steps.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { findTool } from "../support/tools.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";

setDefaultTimeout(240_000);

const LIMIT = 120_000;
const folder = temporaryFolder();
let service: S3Server | undefined;

beforeAll(async () => {
  service = await startVersitygw();
}, 600_000);

afterAll(async () => {
  for (const name of ["before", "node1", "node2", "nginx"]) await end(join(folder.path, `${name}.pid`));
  await service?.stop();
  folder.remove();
}, LIMIT);

/** Ends what a step left running, by its process id, and waits for that. */
async function end(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  const runs = () => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (!runs()) return;
  process.kill(pid, "SIGTERM");
  for (let waited = 0; runs() && waited < 30_000; waited += 50) await Bun.sleep(50);
  if (runs()) process.kill(pid, "SIGKILL");
}

async function environment(): Promise<Record<string, string>> {
  if (service === undefined) throw new Error("the S3 server was not started");
  const nginx = await findTool("nginx");
  if (nginx.path === undefined) throw new Error(`nginx is not there (${nginx.problem}): ${nginx.command}`);
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "opm"), `#!/bin/sh\nexec ${opmCommand().join(" ")} "$@"\n`);
  chmodSync(join(bin, "opm"), 0o755);
  return {
    PATH: `${bin}:/usr/sbin:/usr/bin:/bin`,
    HOME: folder.path,
    AWS_ACCESS_KEY_ID: service.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: service.keys.secretAccessKey,
  };
}

postgresSuite((database) => {
  test("the guide takes a registry from one process to two nodes, as it is written", async () => {
    if (service === undefined) throw new Error("the S3 server was not started");
    let guide = await Bun.file(join(import.meta.dir, "../../docs/guide/growing.md")).text();
    for (const port of ["5000", "5001", "5002"]) guide = guide.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${freePort()}`);
    guide = guide.replaceAll("http://127.0.0.1:9000", service.endpoint).replaceAll("--bucket blobs", `--bucket ${await service.makeBucket()}`);
    guide = guide.replaceAll("postgres://opm@127.0.0.1:5432/opm", await database());
    const steps = guideSteps(guide, "## Step by step");
    expect(steps.length).toBeGreaterThan(7);
    const env = await environment();
    for (const step of steps) {
      if (step.kind === "file") {
        writeFileSync(join(folder.path, step.path), step.text);
        continue;
      }
      let printed = "";
      for (const command of step.commands) {
        const child = Bun.spawn(["/bin/sh", "-c", command], { cwd: folder.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: LIMIT });
        const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
        printed = stdout;
        expect([command, { code, stdout, stderr }]).toEqual([command, expect.objectContaining({ code: 0 })]);
      }
      if (step.output.length > 0) expect([step.commands, matchesOutput(printed, step.output) ? [] : printed]).toEqual([step.commands, []]);
    }
    expect(readFileSync(join(folder.path, "pulled/hello.txt"), "utf8")).toBe("hello\n");
    expect(readFileSync(join(folder.path, "still-read-from/hello.txt"), "utf8")).toBe("hello\n");
  });
});
