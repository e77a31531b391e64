import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { createS3Client } from "../../src/storage/s3/client.ts";
import { opmCommand } from "../cli/run-opm.ts";
import { useClient } from "../cli-client/client-tests.ts";
import { guideSteps, matchesOutput } from "../mod/support/guide-steps.ts";
import { type StartedDistribution, startDistribution } from "../support/distribution.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";
import { fillRegistry } from "./sample-registry.ts";

const GUIDE = join(import.meta.dir, "../../docs/guide/moving.md");
const SECTIONS = ["## From registry to registry", "## From the storage of a registry", "## Again, until the day"];

/** Milliseconds for all commands of the guide. */
const LIMIT = 120_000;

const opm = useClient();
let source: StartedDistribution;
let server: TestServer;
let s3: S3Server;
let bucket: string;

beforeAll(async () => {
  [source, server, s3] = await Promise.all([startDistribution(), startTestServer(), startVersitygw()]);
  await fillRegistry(createRegistryClient({ env: {} }), source.host, { versions: 2 });
  bucket = await s3.makeBucket();
  const client = await createS3Client({ endpoint: s3.endpoint, region: s3.region, bucket, pathStyle: true, credentials: s3.credentials });
  for await (const file of new Bun.Glob("**/*").scan(source.storage)) {
    await client.put(`prefix/${file}`, new Uint8Array(await Bun.file(join(source.storage, file)).arrayBuffer()));
  }
}, 600_000);

afterAll(async () => {
  await Promise.all([source.stop(), server.stop(), s3.stop()]);
}, LIMIT);

test(
  "the move of the guide, as it is written",
  async () => {
    const text = readFileSync(GUIDE, "utf8")
      .replaceAll("old.example.com:5000", source.host)
      .replaceAll("registry.example.com", `127.0.0.1:${server.port}`)
      .replaceAll("/var/lib/registry", source.storage)
      .replaceAll("https://minio.example.com:9000", s3.endpoint)
      .replaceAll("s3://bucket/", `s3://${bucket}/`)
      .replaceAll("--report import.json", `--report ${opm.fresh()}`);
    const environment = {
      ...opm.environment,
      PATH: process.env.PATH ?? "",
      AWS_ACCESS_KEY_ID: s3.keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.keys.secretAccessKey,
    };
    const steps = SECTIONS.flatMap((section) => guideSteps(text, section));
    expect(steps).toHaveLength(6);
    for (const step of steps) {
      if (step.kind !== "run") throw new Error(`the guide has a file ${step.path}, which nothing writes`);
      const script = `set -e\nopm() { ${opmCommand().join(" ")} "$@"; }\n${step.commands.join("\n")}`;
      const child = Bun.spawn(["sh", "-c", script], {
        env: environment,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        timeout: LIMIT,
        killSignal: "SIGKILL",
      });
      const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      expect({ commands: step.commands, code, stderr }).toMatchObject({ code: step.code, stderr: expect.stringMatching(/is there$|would be sent$/m) });
      expect(matchesOutput(stdout, step.output)).toBe(true);
    }
  },
  LIMIT,
);
