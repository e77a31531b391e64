import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { breakOff, reply } from "../../src/client/testing/fake-server.ts";
import { configBlob, emptyBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { answering, isRequest, type OddRegistry, startOddRegistry } from "../support/odd-registry.ts";
import { expectFailure, useClient } from "./client-tests.ts";

const opm = useClient();
let registry: OddRegistry;
let image: ManifestContent;
const layer = { ...randomBlob(200_000), title: "data.bin" };
beforeAll(async () => {
  registry = await startOddRegistry();
  const config = configBlob();
  image = imageOf(config, [layer], {
    layers: [{ mediaType: layer.mediaType, digest: layer.digest, size: layer.bytes.length, annotations: { "org.opencontainers.image.title": layer.title } }],
  });
  for (const blob of [config, layer, emptyBlob()]) registry.put("app", blob);
  registry.put("app", image, "1.0.0", "latest");
});
afterAll(() => registry.stop());
beforeEach(() => {
  registry.oddities = [];
});

const reference = () => `${registry.host}/app:1.0.0`;

describe("a registry that does not take HEAD", () => {
  test.each([405, 501])("%d: GET tells the same", async (status) => {
    registry.oddities = [answering("HEAD", /./, status)];
    expect(await opm.json("versions", `${registry.host}/app`)).toMatchObject({ versions: [{ tag: "1.0.0", descriptor: { digest: image.digest } }] });
    expect(await opm.json("inspect", reference())).toMatchObject({ descriptor: { digest: image.digest }, tags: ["1.0.0", "latest"] });
    expect(await opm.json("referrers", reference())).toMatchObject({ digest: image.digest });
    expect(await opm.json("graph", reference())).toMatchObject({ root: image.digest });
    await opm.succeed("copy", "-q", reference(), `${registry.host}/copy:1`);
    expect((await opm.json("copy", reference(), `${registry.host}/copy:1`)).transfer).toMatchObject({ transferredBytes: 0 });
  });
});

describe("a registry that refuses to give the rest of a blob", () => {
  const breaking = (until: number) => {
    let time = 0;
    registry.oddities = [
      (request, response) => {
        if (!isRequest(request, "GET", new RegExp(`/blobs/${layer.digest}$`))) return false;
        if (request.headers.range !== undefined) reply(response, 400);
        else if (++time > until) return false;
        else breakOff(response, 200, { "Content-Length": String(layer.bytes.length) }, layer.bytes.subarray(0, 50_000));
        return true;
      },
    ];
  };

  test("is asked for all of it again", async () => {
    breaking(1);
    const folder = opm.fresh();
    await opm.succeed("pull", "-q", reference(), "-o", folder);
    expect(readFileSync(join(folder, layer.title)).equals(layer.bytes)).toBe(true);
  });

  test("is an error of the network where that fails as well", async () => {
    breaking(Number.POSITIVE_INFINITY);
    expectFailure(await opm.run(["pull", "-q", "--no-cache", reference(), "-o", opm.fresh()]), 3, /cannot|broke/);
  });
});

describe("a credential helper that is configured and not there", () => {
  const configured = (content: object) => {
    const folder = opm.fresh();
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), JSON.stringify(content));
    return { environment: { DOCKER_CONFIG: folder } };
  };
  const store = () => configured({ credsStore: "desktop.exe", auths: {} });

  test("is of no account where the registry asks for no log-in", async () => {
    for (const options of [store(), configured({ credHelpers: { [registry.host]: "absent" } })]) {
      const ran = await opm.run(["resolve", `${registry.host}/app@^1`, "-q"], options);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
    }
  });

  test("nor where the registry has a token for everybody", async () => {
    registry.oddities = [
      answering("GET", /^\/token$/, 200, {}, '{"token":"everybody"}'),
      (request, response) => {
        if (request.headers.authorization === "Bearer everybody") return false;
        reply(response, 401, { "WWW-Authenticate": `Bearer realm="http://${registry.host}/token",service="x"` });
        return true;
      },
    ];
    expect((await opm.run(["resolve", `${registry.host}/app@^1`, "-q"], store())).code).toBe(0);
  });

  const message = /docker-credential-desktop\.exe .* not on the PATH: install it/;
  test.each<[string, number, Readonly<Record<string, string>>]>([
    ["a password", 401, { "WWW-Authenticate": 'Basic realm="x"' }],
    ["a token that nobody gets", 401, { "WWW-Authenticate": 'Bearer realm="/token"' }],
    ["nothing, and refuses", 403, {}],
  ])("is named where the registry wants %s", async (_, status, headers) => {
    registry.oddities = [answering("GET", /^\/token$/, 401), answering("GET HEAD POST", /^\/v2\//, status, headers)];
    expectFailure(await opm.run(["pull", reference(), "-o", opm.fresh()], store()), 4, message);
  });
});
