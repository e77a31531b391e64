import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS as ROWS } from "../../src/cli/commands.ts";
import { reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { OCI_IMAGE_CONFIG } from "../../src/oci/media-types.ts";
import { blobOf, type Content, descriptorOf, emptyBlob, imageOf, indexOf, referrerOf } from "../support/content.ts";
import { useRegistry } from "../support/use-registry.ts";
import { useClient } from "./client-tests.ts";

const { server, client } = useRegistry();
const opm = useClient();
const host = () => `127.0.0.1:${server().port}`;

/** What a terminal would act on: escape sequences of both kinds, a line of its own, marks that turn text around. */
const HOSTILE = "nice\u001b]0;owned\u0007\u009b31m\n└── forged\r\u0085\u2028\u202eevil\u2066\u200e";
const ACTS = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const HELM = "application/vnd.cncf.helm.config.v1+json";

async function put(repository: string, reference: string, manifest: Content, blobs: readonly Content[] = []): Promise<void> {
  for (const { digest, bytes } of blobs) {
    const session = await client.post(repository);
    expect((await client.close(session.headers.get("Location") ?? "", digest, bytes)).status).toBe(201);
  }
  expect((await client.putManifest(repository, reference, manifest)).status).toBe(201);
}

const annotations = Object.fromEntries(
  ["title", "description", "version", "authors", "url", "vendor", "licenses", "base.name", "ref.name", "source", "revision", "documentation"].map((name) => [
    `org.opencontainers.image.${name}`,
    HOSTILE,
  ]),
);

/** Every text that a pusher has a say in. */
beforeAll(async () => {
  const config = blobOf(JSON.stringify({ os: HOSTILE, architecture: HOSTILE, config: { Labels: { [HOSTILE]: HOSTILE }, Cmd: [HOSTILE] }, author: HOSTILE }), {
    mediaType: OCI_IMAGE_CONFIG,
  });
  const layer = blobOf("a layer");
  const child = imageOf(config, [layer], { annotations: { ...annotations, [HOSTILE]: HOSTILE } });
  const platform = { os: HOSTILE, architecture: HOSTILE, variant: HOSTILE, "os.version": HOSTILE };
  const index = indexOf([], { manifests: [descriptorOf(child, { platform, annotations })], annotations });
  await put("evil/app", child.digest, child, [config, layer]);
  await put("evil/app", "1.0.0", index);
  const note = blobOf("note", { mediaType: "text/plain" });
  await put("evil/app", "note", referrerOf(index, "application/vnd.acme.note", { layers: [descriptorOf(note)], annotations }), [emptyBlob(), note]);
  const dependencies = [{ name: HOSTILE, version: HOSTILE, repository: HOSTILE }];
  const chart = {
    apiVersion: "v2",
    name: HOSTILE,
    version: HOSTILE,
    description: HOSTILE,
    appVersion: HOSTILE,
    home: HOSTILE,
    keywords: [HOSTILE],
    dependencies,
  };
  const metadata = blobOf(JSON.stringify(chart), { mediaType: HELM });
  const content = blobOf("chart", { mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip" });
  await put("evil/chart", "1.0.0", imageOf(metadata, [content], { annotations }), [metadata, content]);
}, 60_000);

const GROUPS = /^(?:Content|Packages), /;

const COMMANDS: readonly (readonly string[])[] = [
  ["graph", "R/evil/app:1.0.0"],
  ["graph", "--up", "R/evil/app:1.0.0"],
  ["graph", "--dot", "R/evil/app:1.0.0"],
  ["inspect", "R/evil/app:1.0.0"],
  ["inspect", "R/evil/chart:1.0.0"],
  ["referrers", "R/evil/app:1.0.0"],
  ["deps", "R/evil/chart:1.0.0"],
  ["dependents", "R/evil/app"],
  ["versions", "R/evil/chart"],
  ["versions", "R/evil/app"],
  ["list", "R"],
  ["search", "nice", "--registry", "R"],
  ["history", "R/evil/app"],
  ["uses", "--registry", "R", blobOf("a layer").digest],
  ["resolve", "R/evil/app:1.0.0", "-p", "linux/amd64"],
  ["pull", "R/evil/app:1.0.0"],
  ["pull", "R/evil/app:1.0.0", "-p", "linux/amd64"],
  ["copy", "R/evil/app:1.0.0", "oci:copied"],
  ["import", "--repositories", "evil/*", "R", "R/copied"],
  ["catalog", "export", "--registry", "R"],
];

/** Of what is there they print no more than what was given to them: names, digests, numbers. */
const PRINT_NO_TEXT = ["push", "attach", "tag", "untag", "delete", "restore", "stats", "prune"];

/** Whose answer is an error, in which the text stands. */
const REFUSED = new Set(["resolve R/evil/app:1.0.0 -p linux/amd64", "pull R/evil/app:1.0.0 -p linux/amd64"]);

describe("what a pusher wrote does not act on the terminal", () => {
  test("every command about content and packages is tried", () => {
    const known = ROWS.filter(({ path, group }) => group !== undefined && GROUPS.test(group) && !path.includes(" ")).map(({ path }) => path);
    const tried = new Set(COMMANDS.map(([command = ""]) => command));
    expect(known.filter((path) => !tried.has(path))).toEqual(PRINT_NO_TEXT);
  });

  test.each(COMMANDS.map((args) => [args.join(" "), args] as const))("opm %s", async (_, given) => {
    const args = given.map((word) => word.replace(/^R(?=\/|$)/, host()));
    const plain = await opm.run(args);
    expect(REFUSED.has(given.join(" ")) ? 0 : plain.code).toBe(0);
    expect(plain.stdout + plain.stderr).not.toMatch(ACTS);
    expect(plain.stdout + plain.stderr).not.toMatch(/^└── forged/m);
    const json = await opm.run([...args, "--json"]);
    expect(json.stdout + json.stderr).not.toMatch(ACTS);
    // graph --dot has no JSON
    if (json.code === 0) expect(() => JSON.parse(json.stdout) as unknown).not.toThrow();
  });

  test("in JSON nothing is lost", async () => {
    const graph = await opm.succeed("graph", `${host()}/evil/app:1.0.0`, "--json");
    expect(graph).toContain("\\u202eevil");
    expect(JSON.stringify(JSON.parse(graph))).toContain(JSON.stringify([HOSTILE, HOSTILE, HOSTILE].join("/")).slice(1, -1));
  });

  test("what a registry says is no other", async () => {
    const errors = JSON.stringify({ errors: [{ code: HOSTILE, message: HOSTILE }] });
    const fake = await startFakeServer(({ path }, response) => {
      const headers = { Warning: '299 - "nice\u009b31m \u0085evil"', "Content-Type": "application/json" };
      if (path.includes("tags/list")) return reply(response, 200, headers, JSON.stringify({ name: HOSTILE, tags: [HOSTILE, "v1"] }));
      return reply(response, path.includes("denied") ? 403 : 400, headers, errors);
    });
    try {
      for (const args of [
        ["pull", "denied"],
        ["pull", "other"],
        ["versions", "tags"],
        ["inspect", "other"],
        ["copy", "other", "oci:none"],
      ]) {
        const [command = "", repository = "", ...more] = args;
        const { stdout, stderr } = await opm.run([command, `${fake.host}/${repository}`, ...more]);
        expect(stdout + stderr).not.toMatch(ACTS);
        expect(
          stderr
            .trimEnd()
            .split("\n")
            .filter((line) => !line.startsWith("opm:")),
        ).toEqual(stderr === "" ? [""] : []);
      }
    } finally {
      await fake.stop();
    }
  });

  test("a word of the command line, or the name of a file, is no other", async () => {
    const name = join(opm.environment.HOME ?? "", "a\u001b[31m\u202e");
    writeFileSync(name, "{");
    for (const args of [
      [HOSTILE],
      ["pull", HOSTILE],
      ["pull", `--${HOSTILE}`],
      ["catalog", "plan", "-f", name, "--registry", host()],
      ["push", "-t", HOSTILE, `${host()}/a:1`, name],
      ["help", HOSTILE],
    ]) {
      const { code, stdout, stderr } = await opm.run(args);
      expect([code === 0, stdout + stderr]).toEqual([false, expect.not.stringMatching(ACTS)]);
    }
  });
});
