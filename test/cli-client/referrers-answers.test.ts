import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeServer, reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { configBlob, descriptorOf, emptyBlob, imageOf, indexOf, type ManifestContent, randomBlob, referrerOf } from "../support/content.ts";
import { answering, isRequest, type OddRegistry, startOddRegistry } from "../support/odd-registry.ts";
import { useClient } from "./client-tests.ts";

const opm = useClient();
const SBOM = "application/spdx+json";
const REFERRERS = /\/referrers\/sha256:[0-9a-f]{64}$/;

let registry: OddRegistry;
let foreign: FakeServer;
let foreignAnswer: (path: string) => { readonly status: number; readonly body?: string };
let image: ManifestContent;
let sbom: ManifestContent;
beforeAll(async () => {
  registry = await startOddRegistry();
  foreign = await startFakeServer(({ path }, response) => {
    const { status, body = "" } = foreignAnswer(path);
    reply(response, status, status === 401 ? { "WWW-Authenticate": 'Basic realm="x"' } : {}, body);
  });
});
afterAll(async () => {
  await Promise.all([registry.stop(), foreign.stop()]);
});

/** As clients write it under the fallback tag. */
const listOf = (referrer: ManifestContent) => indexOf([], { manifests: [descriptorOf(referrer, { artifactType: SBOM })] });

const fallbackTag = ({ digest }: ManifestContent) => digest.replace(":", "-");

/** An image with an SBOM that a client without a referrers API attached. */
beforeEach(() => {
  const [config, layer] = [configBlob(), randomBlob()];
  image = imageOf(config, [layer]);
  sbom = referrerOf(image, SBOM);
  for (const blob of [config, layer, emptyBlob()]) registry.put("app", blob);
  registry.put("app", image, "1");
  registry.put("app", sbom);
  registry.put("app", listOf(sbom), fallbackTag(image));
  registry.oddities = [];
  foreignAnswer = () => ({ status: 500 });
});

const reference = () => `${registry.host}/app:1`;

/** What every command that asks for referrers makes of it. */
async function expectFound(): Promise<void> {
  expect((await opm.json("referrers", reference())).referrers).toMatchObject([{ digest: sbom.digest, artifactType: SBOM }]);
  expect((await opm.run(["inspect", reference(), "--json"])).stdout).toContain(`"${SBOM}": 1`);
}

describe("an answer that means that there is no referrers API", () => {
  const redirect = (status: number) => answering("GET", REFERRERS, status, { Location: `http://${foreign.host}/page` });
  test.each<[string, () => void]>([
    ["a redirect to a page", () => registry.oddities.push(redirect(303))],
    [
      "a redirect to who wants a log-in",
      () => {
        foreignAnswer = () => ({ status: 401 });
        registry.oddities.push(redirect(307));
      },
    ],
    [
      "a redirect to who is busy",
      () => {
        foreignAnswer = () => ({ status: 429 });
        registry.oddities.push(redirect(302));
      },
    ],
    ["a redirect to nowhere", () => registry.oddities.push(answering("GET", REFERRERS, 308, { Location: "http://127.0.0.1:1/" }))],
    ["501", () => registry.oddities.push(answering("GET", REFERRERS, 501))],
    ["405", () => registry.oddities.push(answering("GET", REFERRERS, 405))],
    ["400", () => registry.oddities.push(answering("GET", REFERRERS, 400, {}, '{"errors":[{"code":"NAME_INVALID"}]}'))],
    ["404 for people", () => registry.oddities.push(answering("GET", REFERRERS, 404, { "Content-Type": "text/html" }, "<html>"))],
    ["an empty object", () => registry.oddities.push(answering("GET", REFERRERS, 200, { "Content-Type": "application/json" }, "{}"))],
    ["a page", () => registry.oddities.push(answering("GET", REFERRERS, 200, { "Content-Type": "text/html" }, "<html>"))],
    ["nothing", () => registry.oddities.push(answering("GET", REFERRERS, 200))],
    ["a manifest", () => registry.oddities.push(answering("GET", REFERRERS, 200, {}, JSON.stringify(image.document)))],
  ])("%s: the fallback tag counts", async (_, arrange) => {
    arrange();
    await expectFound();
    expect(foreign.seen).toEqual([]);
  });

  test("copy -r, graph --up and deps go by it as well", async () => {
    registry.oddities.push(redirect(303));
    const folder = opm.fresh();
    await opm.succeed("copy", "-q", "-r", reference(), `oci:${folder}:1`);
    expect((await Bun.file(join(folder, "index.json")).text()).includes(sbom.digest)).toBe(true);
    expect((await opm.run(["graph", "--up", reference()])).stdout).toContain("SPDX SBOM");
    expect((await opm.run(["deps", reference()])).code).toBe(0);
  });
});

describe("an answer of a registry that has one, or may have one", () => {
  test.each<[string, number, Readonly<Record<string, string>>, number]>([
    ["401", 401, {}, 4],
    ["403", 403, {}, 4],
    ["429", 429, { "Retry-After": "0" }, 3],
    ["500", 500, {}, 3],
    ["503", 503, { "Retry-After": "0" }, 3],
  ])("%s is an error for every command", async (_, status, headers, code) => {
    registry.oddities.push(answering("GET", REFERRERS, status, headers));
    for (const args of [
      ["referrers", reference()],
      ["inspect", reference()],
      ["copy", "-r", reference(), `oci:${opm.fresh()}`],
    ]) {
      const ran = await opm.run(args);
      expect({ args, code: ran.code }).toEqual({ args, code });
    }
  });

  test("one that is busy for a moment is asked again", async () => {
    let asked = 0;
    registry.oddities.push((request, response) => {
      if (!isRequest(request, "GET", REFERRERS)) return false;
      if (++asked === 1) reply(response, 429, { "Retry-After": "0" });
      else reply(response, 200, { "Content-Type": "application/vnd.oci.image.index.v1+json" }, listOf(sbom).bytes);
      return true;
    });
    expect((await opm.json("referrers", reference())).referrers).toHaveLength(1);
    expect(asked).toBeGreaterThan(1);
  });

  test("an empty list whose entries are null is a list", async () => {
    const body = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":null}';
    registry.oddities.push(answering("GET", REFERRERS, 200, {}, body));
    expect(await opm.json("referrers", reference())).toMatchObject({ source: "api", referrers: [] });
  });
});

describe("a registry that takes the fallback tag for the digest", () => {
  const tag = () => new RegExp(`/manifests/${fallbackTag(image)}$`);

  test("has no list of referrers there, although the image is an index", async () => {
    const children = [imageOf(configBlob(), [randomBlob()]), imageOf(configBlob(), [randomBlob()])];
    image = indexOf(children);
    registry.put("app", image, "1", fallbackTag(image));
    expect(await opm.json("referrers", reference())).toMatchObject({ source: "tag", referrers: [] });
  });

  test("keeps what is attached, and what cannot be listed is said and written nowhere", async () => {
    const child = imageOf(configBlob(), [randomBlob()]);
    image = indexOf([child]);
    registry.put("app", image, "1");
    registry.oddities.push((request, response) => {
      if (!isRequest(request, "GET HEAD", tag())) return false;
      reply(response, 200, { "Content-Type": image.mediaType, "Docker-Content-Digest": image.digest }, request.method === "HEAD" ? "" : image.bytes);
      return true;
    });
    const file = join(opm.environment.HOME ?? "", "report.txt");
    writeFileSync(file, "fine");
    const ran = await opm.run(["attach", "-q", "-t", SBOM, reference(), file]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 2, stderr: expect.stringContaining("is listed nowhere") });
    const written = registry.at("app", fallbackTag(image)) as { manifests?: { digest: string }[] };
    expect((written.manifests ?? []).map(({ digest }) => digest)).not.toContain(child.digest);
  });

  test("and writes it all the same gets a list of what was attached alone", async () => {
    const child = imageOf(configBlob(), [randomBlob()]);
    image = indexOf([child]);
    registry.put("app", image, "1", fallbackTag(image));
    const file = join(opm.environment.HOME ?? "", "report.txt");
    writeFileSync(file, "fine");
    await opm.succeed("attach", "-q", "-t", SBOM, reference(), file);
    expect(registry.at("app", fallbackTag(image)).manifests).toMatchObject([{ artifactType: SBOM }]);
  });
});
