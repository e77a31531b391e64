import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentDescriptor, Element, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { expectFailure, useClient } from "../../cli-client/client-tests.ts";
import { APP, ECHO, useTampering } from "./use-tampering.ts";

setDefaultTimeout(60_000);

const client = useClient();
const { copyOf } = useTampering();
const [app, echo] = [APP.join(":"), ECHO.join(":")];
const [key, pub, file] = [client.fresh(), client.fresh(), client.fresh()];
const DIGEST = { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value: "ab".repeat(32) };
const RESOURCES = `
- {name: chart, type: helmChart, version: 1.0.0, access: {type: helm, helmRepository: "https://charts.example.com", helmChart: "web:1.0.0"},
   digest: ${JSON.stringify(DIGEST)}}
- {name: text, type: yaml, input: {type: utf8, text: hello}}`;

let parts: string;
let product: string;
beforeAll(async () => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(key, pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(pub, pair.publicKey.export({ type: "spki", format: "pem" }));
  parts = copyOf("older-cli-signed").path;
  product = client.fresh();
  const reference = `references: [{name: echo, componentName: ${ECHO[0]}, version: ${ECHO[1]}}]`;
  writeFileSync(file, `{name: acme.org/product, version: 1.0.0, provider: acme.org, ${reference}}`);
  await client.succeed("component", "add", "-q", "--lookup", parts, "--to", product, file);
});

/** A copy of the product, whose reference is to a component version of another archive. */
function ofProduct() {
  const path = client.fresh();
  cpSync(product, path, { recursive: true });
  const reference = `${path}//acme.org/product:1.0.0`;
  return { reference, run: (command: string, ...more: readonly string[]) => client.run(["component", command, reference, ...more]) };
}
const signing = ["--name", "acme", "--key", key];

describe("a component version that is elsewhere", () => {
  test("is named, with what to do", async () => {
    const { run } = ofProduct();
    const message = /acme\.org\/product:1\.0\.0, reference echo: acme\.org\/demo\/echo:1\.0\.0 is not in .*: name where it is with --lookup/;
    expectFailure(await run("sign", ...signing), 2, message);
    expect(await run("check")).toMatchObject({ code: 6, stdout: expect.stringMatching(message) });
  });

  test("is found where --lookup says, and only read there", async () => {
    const { run } = ofProduct();
    const before = readdirSync(join(parts, "blobs")).map((name) => [name, readFileSync(join(parts, "blobs", name), "hex")]);
    const lookup = ["--lookup", client.fresh(), "--lookup", parts];
    writeFileSync(file, `{name: acme.org/other, version: 1.0.0, provider: acme.org}`);
    await client.succeed("component", "add", "-q", "--to", lookup[1] ?? "", file);
    const signed = await run("sign", "--recursive", ...signing, ...lookup);
    expect(signed).toMatchObject({ code: 0, stderr: expect.stringContaining(`${echo} is in ${parts}, where it is only looked up: it was not signed`) });
    expect(await run("check", "--recursive", ...lookup)).toMatchObject({ code: 0, stderr: expect.stringContaining("2 component versions") });
    expect(await run("verify", "--key", pub, ...lookup)).toMatchObject({ code: 0, stderr: expect.stringContaining("2 component versions") });
    expect(await run("verify", "--key", pub)).toMatchObject({ code: 6, stdout: expect.stringContaining("--lookup") });
    expect(readdirSync(join(parts, "blobs")).map((name) => [name, readFileSync(join(parts, "blobs", name), "hex")])).toEqual(before);
  });

  test("must have its digests there", async () => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(
      ECHO,
      withResources((each) => ({ ...each, digest: undefined })),
    );
    expectFailure(await ofProduct().run("sign", ...signing, "--lookup", archive.path), 2, /echo:1\.0\.0 lacks digests, and is in .* only looked up/);
  });
});

describe("content that cannot be read here", () => {
  test("can be signed and verified as it is declared, and is named", async () => {
    const archive = client.fresh();
    writeFileSync(file, `name: acme.org/far\nversion: 1.0.0\nprovider: acme.org\nresources:${RESOURCES}`);
    await client.succeed("component", "add", "-q", "--to", archive, file);
    const reference = `${archive}//acme.org/far:1.0.0`;
    const run = (command: string, ...more: readonly string[]) => client.run(["component", command, reference, ...more]);
    const subject = "acme.org/far:1.0.0, resource chart";
    expectFailure(
      await run("sign", ...signing),
      6,
      /acme\.org\/far:1\.0\.0, resource chart: content of access type 'helm' cannot be read.*: --declared takes its digest as it is/,
    );
    const unread = [{ subject, accessType: "helm" }];
    expect(await client.json("component", "sign", "-n", reference, ...signing, "--declared")).toMatchObject({ unread });
    expect(await run("sign", ...signing, "--declared")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`${subject}: content of access type 'helm' was not read`),
    });
    expect(await run("verify", "--key", pub)).toMatchObject({ code: 6, stdout: expect.stringContaining(subject) });
    const { code, stderr } = await run("verify", "--key", pub, "--declared");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/resource chart: content of access type 'helm' was not read[\s\S]*1 contents, 1 not read/),
    });
    expect(await client.json("component", "verify", reference, "--key", pub, "--declared")).toMatchObject({ verified: true, contents: 1, unread });
  });

  test("without a digest is not signed", async () => {
    const archive = client.fresh();
    writeFileSync(file, `name: acme.org/far\nversion: 1.0.0\nprovider: acme.org\nresources:${RESOURCES.replace(/digest: \{.*?\}/, "labels: []")}`);
    await client.succeed("component", "add", "-q", "--to", archive, file);
    const signed = await client.run(["component", "sign", `${archive}//acme.org/far:1.0.0`, ...signing, "--declared"]);
    expectFailure(signed, 2, /resource chart: content of access type 'helm' cannot be read, so nobody knows what it is$/m);
  });

  test("a registry that cannot be reached is an error that names the resource", async () => {
    const archive = copyOf("older-cli-signed");
    const far = { type: "ociArtifact", imageReference: "127.0.0.1:1/far:1.0.0" };
    await archive.edit(
      APP,
      withResources((each) => ({ ...each, access: far, digest: DIGEST })),
    );
    const signed = await client.run(["component", "sign", `${archive.path}//${app}`, ...signing]);
    const named = { code: 3, stderr: expect.stringMatching(/^opm: acme\.org\/demo\/app:2\.0\.0, resource \w+: /) };
    expect({ code: signed.code, stderr: signed.stderr }).toEqual(named);
    const copied = await client.run(["component", "transfer", "-q", "--copy-resources", `${archive.path}//${app}`, client.fresh()]);
    expect({ code: copied.code, stderr: copied.stderr }).toEqual(named);
  });
});

describe("a signature of a kind that is not known here", () => {
  const theirs = { algorithm: "sigstore", mediaType: "application/vnd.ocm.signature.sigstore", value: "e30=" };

  test("is a line beside others, and an error alone", async () => {
    const archive = copyOf("older-cli-signed");
    const reference = `${archive.path}//${app}`;
    await client.succeed("component", "sign", "-q", "--force", reference, ...signing);
    await archive.edit(APP, ({ signatures = [], ...rest }) => {
      const mine = signatures.filter(({ name }) => name === "acme");
      const [first] = mine;
      if (first === undefined) throw new Error("never");
      return {
        ...rest,
        signatures: [
          { ...first, name: "keyless", signature: theirs },
          ...mine,
          { ...first, name: "next", digest: { ...first.digest, normalisationAlgorithm: "v9" } },
        ],
      };
    });
    const verify = (...more: readonly string[]) => client.run(["component", "verify", "--shallow", reference, "--key", pub, ...more]);
    const { code, stdout, stderr } = await verify();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("signature keyless is of type 'application/vnd.ocm.signature.sigstore', which cannot be verified");
    expect(stderr).toContain("signature next: unknown normalisation 'v9'");
    expect(stderr).toContain(`verified ${app}, signed as acme: `);
    expect(JSON.parse((await verify("--json")).stdout)).toMatchObject({ signatures: ["acme"], skipped: [{ signature: "keyless" }, { signature: "next" }] });
    expectFailure(await verify("--name", "keyless"), 2, /signature keyless is of type/);
  });
});

function withResources(change: (resource: Element) => JsonObject) {
  return (descriptor: ComponentDescriptor): ComponentDescriptor => {
    const { component } = descriptor;
    return { ...descriptor, component: { ...component, resources: component.resources.map((each) => change(each) as Element) } };
  };
}
