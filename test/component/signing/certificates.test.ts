import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { expectFailure, useClient } from "../../cli-client/client-tests.ts";
import { APP, FIXTURES, useTampering } from "../verification/use-tampering.ts";

// a busy machine takes its time
setDefaultTimeout(60_000);

const client = useClient();
const { copyOf } = useTampering();
const file = (name: string) => join(import.meta.dir, "certificates", "binding", name);
const app = APP.join(":");

/** An archive whose component version has one signature more, made with a certificate. */
async function signed({ name = "acme", cert = "acme.crt", key = "acme.key" } = {}) {
  const archive = copyOf("older-cli-signed");
  const reference = `${archive.path}//${app}`;
  await client.succeed("component", "sign", "-q", reference, "--name", name, "--key", file(key), "--cert", file(cert));
  const verify = (...more: readonly string[]) => client.run(["component", "verify", "--shallow", reference, "--name", name, ...more]);
  return { archive, reference, verify, trusted: (...more: readonly string[]) => verify("--ca-cert", file("root.crt"), ...more) };
}

describe("whose certificate it is", () => {
  test("the name of the signature says, and the signer is printed", async () => {
    const { trusted } = await signed();
    expect(await trusted()).toMatchObject({
      code: 0,
      stderr: `verified ${app}, signed as acme by CN=acme (issued by CN=root,O=Acme): its descriptor alone\n`,
    });
    expect(JSON.parse((await trusted("--json")).stdout)).toMatchObject({
      verified: true,
      signatures: ["acme"],
      signers: [
        {
          signature: "acme",
          key: expect.stringMatching(/^[0-9a-f]{64}$/),
          certificate: { subject: "CN=acme", issuer: "CN=root,O=Acme", authority: "CN=root,O=Acme" },
        },
      ],
    });
  });

  test("another one of the same authority is refused, unless it is asked for", async () => {
    const { trusted } = await signed({ cert: "mallory.crt", key: "mallory.key" });
    expect(await trusted()).toMatchObject({ code: 6, stdout: expect.stringContaining("is that of CN=mallory, not of CN=acme") });
    expect(JSON.parse((await trusted("--json")).stdout)).toMatchObject({ verified: false, signatures: [], signers: [] });
    expect(await trusted("--subject", "CN=mallory")).toMatchObject({ code: 0 });
    expect(await trusted("--subject", "mallory", "--issuer", "O=Acme,CN=root")).toMatchObject({ code: 0 });
    expect(await trusted("--subject", "CN=acme")).toMatchObject({ code: 6 });
    expect(await trusted("--subject", "CN=mallory,O=Acme")).toMatchObject({ code: 6 });
    expect(await trusted("--subject", "CN=mallory", "--issuer", "CN=other")).toMatchObject({
      code: 6,
      stdout: expect.stringContaining("issued by CN=root,O=Acme, not by CN=other"),
    });
  });

  test("signing warns where the name does not say it", async () => {
    const archive = copyOf("older-cli-signed");
    const signing = ["component", "sign", "-n", `${archive.path}//${app}`, "--key", file("mallory.key"), "--cert", file("mallory.crt"), "--name"];
    expect((await client.run([...signing, "acme"])).stderr).toContain("--subject 'CN=mallory'");
    expect((await client.run([...signing, "mallory"])).stderr).not.toContain("--subject");
  });

  test.each([
    ["CN=acme", 0],
    ["CN=root,O=Acme", 0],
    ["CN=mallory", 6],
    ["CN=acme,O=Other", 6],
    ["O=Acme", 6],
  ])("the signature says %s itself: %d", async (issuer, code) => {
    const { archive, trusted } = await signed();
    await archive.edit(APP, ({ signatures = [], ...rest }) => ({
      ...rest,
      signatures: signatures.map((each) => (each.name === "acme" ? { ...each, signature: { ...each.signature, issuer } } : each)),
    }));
    expect((await trusted()).code).toBe(code);
  });

  test("key and authority together must both hold", async () => {
    const { trusted, verify } = await signed();
    expect((await trusted("--key", file("acme.crt"))).code).toBe(0);
    expect(await trusted("--key", file("mallory.crt"))).toMatchObject({ code: 6, stdout: expect.stringContaining("not of the key") });
    expectFailure(await verify("--key", file("acme.crt"), "--subject", "CN=acme"), 2, /name the authority .* with --ca-cert/);
    expectFailure(await trusted("--subject", "CN="), 2, /--subject: 'CN=' is no distinguished name/);
  });

  test("a signature without certificates has no subject", async () => {
    const reference = `${copyOf("older-cli-signed").path}//${app}`;
    const args = ["component", "verify", "--shallow", reference, "--name", "oldpkcs", "--key", join(FIXTURES, "rsa.pub"), "--ca-cert", file("root.crt")];
    expect((await client.run(args)).code).toBe(0);
    expect(await client.run([...args, "--subject", "CN=acme"])).toMatchObject({ code: 6, stdout: expect.stringContaining("has no certificate") });
  });
});

describe("a path that is not valid is refused", () => {
  test("a name that the constraints permit is none", async () => {
    expect((await (await signed({ cert: "permitted.pem" })).trusted()).code).toBe(0);
  });

  test.each([
    ["path-length", "path length"],
    ["name-constraints", "name constraints"],
    ["directory-name", "not understood"],
    ["nested-usage", "extended key usage"],
    ["critical-extension", "1.2.3.4"],
    ["key-usage", "key usage"],
  ])("%s", async (cert, problem) => {
    const { trusted } = await signed({ cert: `${cert}.pem` });
    expect(await trusted()).toMatchObject({ code: 6, stdout: expect.stringContaining(problem) });
  });

  test("nobody is trusted who was not named", async () => {
    const { verify } = await signed();
    expect(await verify()).toMatchObject({ code: 6, stdout: expect.stringContaining("no authority is trusted: name one with --ca-cert") });
  });
});

test("without the helper keys still count, and the error for certificates says what to do", async () => {
  const { reference } = await signed();
  const run = (...more: readonly string[]) =>
    client.run(["component", "verify", "--shallow", reference, "--name", "acme", ...more], { environment: { OPM_CUE_HELPER: "/nowhere/opm-cue" } });
  expect((await run("--key", file("acme.crt"))).code).toBe(0);
  expectFailure(await run("--ca-cert", file("root.crt")), 1, /certificates cannot be validated: .*opm-cue.* is not there/);
});
