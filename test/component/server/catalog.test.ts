import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useClient } from "../../cli-client/client-tests.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { FIXTURES } from "../verification/use-tampering.ts";

const COMPONENT = "application/vnd.ocm.software.component-descriptor.v2";
const client = useClient();
let server: TestServer;
let host: string;

/** A component with a `+`, an image that is stored natively, and a reference. */
const CONSTRUCTOR = {
  name: "acme.org/plus",
  version: "1.0.0+build.7",
  provider: { name: "acme.org" },
  resources: [
    { name: "text", type: "plainText", input: { type: "utf8", text: "hello" } },
    {
      ...{ name: "image", type: "ociImage", version: "1.0.0" },
      input: { type: "file", path: "image.artifactset.tgz", mediaType: "application/vnd.oci.image.manifest.v1+tar+gzip" },
    },
  ],
  componentReferences: [{ name: "echo", componentName: "acme.org/demo/echo", version: "1.0.0" }],
};

beforeAll(async () => {
  server = await startTestServer();
  host = new URL(server.url).host;
  for (const layout of ["older", "newer"])
    await client.succeed("component", "transfer", "-q", join(FIXTURES, `${layout}-cli-signed`), `http://${host}/${layout}`);
  const folder = client.fresh();
  mkdirSync(folder);
  cpSync(join(FIXTURES, "inputs/image.artifactset.tgz"), join(folder, "image.artifactset.tgz"));
  writeFileSync(join(folder, "constructor.yaml"), JSON.stringify(CONSTRUCTOR));
  await client.succeed("component", "add", "-q", "--to", `http://${host}/newer`, join(folder, "constructor.yaml"));
}, 60_000);

afterAll(async () => {
  await server.stop();
});

const repository = (place: string, name: string) => `${host}/${place}/component-descriptors/acme.org/${name}`;

test("component versions are listed with type and title, whatever their layout", async () => {
  const { repositories } = await client.json("list", "--registry", host);
  expect(repositories).toMatchObject([
    { name: "newer/component-descriptors/acme.org/demo/app", contentType: COMPONENT, title: "acme.org/demo/app", latest: { version: "2.0.0" } },
    { name: "newer/component-descriptors/acme.org/demo/echo", contentType: COMPONENT, title: "acme.org/demo/echo", latest: { version: "1.0.0" } },
    { name: "newer/component-descriptors/acme.org/plus", contentType: COMPONENT, title: "acme.org/plus", latest: { version: "1.0.0+build.7" } },
    { name: "older/component-descriptors/acme.org/demo/app", contentType: COMPONENT, title: "acme.org/demo/app", latest: { version: "2.0.0" } },
    { name: "older/component-descriptors/acme.org/demo/echo", contentType: COMPONENT, title: "acme.org/demo/echo", latest: { version: "1.0.0" } },
  ]);
});

test("a version with a + is one", async () => {
  const { versions } = await client.json("versions", repository("newer", "plus"));
  expect(versions).toMatchObject([{ tag: "1.0.0.build-build.7", version: "1.0.0+build.7" }]);
  const shown = await client.succeed("inspect", `${repository("newer", "plus")}:1.0.0.build-build.7`);
  const command = /^Use it: +opm (.*)$/m.exec(shown)?.[1] ?? "";
  expect(await client.succeed(...command.split(" "), "--plain-http", "-q")).toContain("1.0.0+build.7");
});

describe.each(["older", "newer"])("%s", (place) => {
  test("references are dependencies, found in the same place", async () => {
    const { dependencies } = await client.json("deps", `${repository(place, "demo/app")}:2.0.0`);
    expect(dependencies).toMatchObject([
      {
        ...{ kind: "ocm-component", key: "ocm:acme.org/demo/echo", name: "acme.org/demo/echo", requirement: "1.0.0" },
        resolved: { repository: `${place}/component-descriptors/acme.org/demo/echo`, tag: "1.0.0" },
      },
    ]);
  });

  test("what refers to a component depends on it", async () => {
    const { dependents } = await client.json("dependents", `${repository(place, "demo/echo")}:1.0.0`);
    const found = (dependents as readonly { readonly repository: string; readonly tags: readonly string[] }[]).map(
      ({ repository: name, tags }) => `${name}:${tags}`,
    );
    expect(found.sort()).toEqual([
      "newer/component-descriptors/acme.org/demo/app:2.0.0",
      "newer/component-descriptors/acme.org/plus:1.0.0.build-build.7",
      "older/component-descriptors/acme.org/demo/app:2.0.0",
    ]);
  });

  test("local blobs are in the graph", async () => {
    const graph = await client.succeed("graph", `${repository(place, "demo/echo")}:1.0.0`);
    for (const part of ["component-descriptor.v2+", "text/plain", ...(place === "newer" ? ["Helm chart", "OCI image"] : ["manifest.v1+tar+gzip"])]) {
      expect(graph).toContain(part);
    }
    expect(graph.split("\n")[0]).toContain("OCM component descriptor");
  });
});

test("an index says of its reference what its manifest says, once", async () => {
  const { dependencies } = await client.json("deps", `${repository("newer", "plus")}:1.0.0.build-build.7`);
  expect(dependencies).toMatchObject([{ name: "acme.org/demo/echo", resolved: { repository: "newer/component-descriptors/acme.org/demo/echo" } }]);
});

test("a signature that is added leaves one version, and one dependent", async () => {
  const key = client.fresh();
  writeFileSync(key, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));
  await client.succeed("component", "sign", "-q", `http://${host}/newer//acme.org/plus:1.0.0+build.7`, "--name", "mine", "--key", key);
  const { dependents } = await client.json("dependents", `${repository("newer", "demo/echo")}:1.0.0`);
  expect(dependents).toHaveLength(3);
  expect((await client.json("versions", repository("newer", "plus"))).versions).toHaveLength(1);
});
