import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectFailure, useClient } from "../../cli-client/client-tests.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { list, type ReadComponent, readIndependently } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import { APP, ECHO, FIXTURE_NAMES, FIXTURES } from "../verification/use-tampering.ts";

setDefaultTimeout(60_000);

const hostOf = useRegistries();
const client = useClient();
const CERTIFICATES = join(import.meta.dir, "certificates");
const THEIRS = join(FIXTURES, "rsa.pub");
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
const [key, pub] = [client.fresh(), client.fresh()];
writeFileSync(key, pair.privateKey.export({ type: "pkcs1", format: "pem" }));
writeFileSync(pub, publicPem);

const [app, echo] = [APP.join(":"), ECHO.join(":")];
const place = (kind: string) => (kind.startsWith(".") || kind === "" ? `${client.fresh()}${kind}` : `http://${hostOf(kind)}/${crypto.randomUUID()}`);

async function carried(fixture: string, kind: string): Promise<string> {
  const target = place(kind);
  await client.succeed("component", "transfer", "-q", join(FIXTURES, fixture), target);
  return target;
}

function withoutSignatures({ descriptor, component, layout, descriptorMediaType, elements }: ReadComponent) {
  const { signatures: _, ...rest } = descriptor;
  return { rest, component, layout, descriptorMediaType, contents: elements.map(({ bytes }) => bytes) };
}

describe.each(FIXTURE_NAMES)("%s", (fixture) => {
  test.each(["", ".tar", ".tgz", ...REGISTRIES])(
    "is signed in '%s', and nothing else changes",
    async (kind) => {
      const target = await carried(fixture, kind);
      const before = [await readIndependently(target, ...APP), await readIndependently(target, ...ECHO)];
      const signed = await client.json("component", "sign", `${target}//${app}`, "--name", "mine", "--key", key, "-r");
      expect(signed).toMatchObject({
        dryRun: false,
        components: [
          { component: ECHO[0], state: "signed", added: 0 },
          { component: APP[0], state: "signed", added: 0 },
        ],
      });
      const after = [await readIndependently(target, ...APP), await readIndependently(target, ...ECHO)];
      for (const [at, version] of after.entries()) {
        const former = before[at];
        if (former === undefined) throw new Error("never");
        expect(withoutSignatures(version)).toEqual(withoutSignatures(former));
        const signatures = list(version.descriptor.signatures);
        expect(signatures.slice(0, -1)).toEqual([...list(former.descriptor.signatures)]);
        expect(signatures.at(-1)).toMatchObject({ name: "mine", digest: { normalisationAlgorithm: "jsonNormalisation/v3", hashAlgorithm: "SHA-256" } });
        expect(signatureHolds(version.descriptor, "mine", publicPem)).toBe(true);
      }
      const theirs = fixture === "older-cli-signed" ? "oldpkcs" : "default";
      expect(await client.json("component", "verify", `${target}//${app}`, "--name", "mine", "--key", pub)).toMatchObject({ verified: true, components: 2 });
      expect(await client.json("component", "verify", `${target}//${app}`, "--name", theirs, "--key", THEIRS)).toMatchObject({ verified: true });
      expect(await client.json("component", "check", "-r", `${target}//${app}`)).toMatchObject({ complete: true, components: 2 });
      const comparison = await client.json("component", "diff", `${join(FIXTURES, fixture)}//${echo}`, `${target}//${echo}`);
      expect(comparison).toMatchObject({ equal: true });
      expect(comparison.changes).toContainEqual({ kind: "signature", name: "mine", change: "added", fields: [] });
    },
    60_000,
  );
});

test("a signature of the name is not replaced, unless it is asked for", async () => {
  const target = await carried("older-cli-signed", ".tgz");
  const sign = (...more: readonly string[]) => client.run(["component", "sign", `${target}//${app}`, "--name", "oldpkcs", "--key", key, ...more]);
  const before = readFileSync(target);
  expectFailure(await sign(), 2, /has a signature oldpkcs already: replace it with --force/);
  expect(readFileSync(target).equals(before)).toBe(true);
  expect((await sign("--force", "-q")).code).toBe(0);
  const { descriptor } = await readIndependently(target, ...APP);
  expect(list(descriptor.signatures)).toHaveLength(1);
  expect(signatureHolds(descriptor, "oldpkcs", publicPem)).toBe(true);
  const wrong = await client.run(["component", "verify", `${target}//${app}`, "--key", THEIRS]);
  expect(wrong).toMatchObject({ code: 6, stdout: "acme.org/demo/app:2.0.0: signature oldpkcs was not made with this key\n" });
});

test("a component version below keeps the signature that it has of the same key", async () => {
  const target = await carried("newer-cli-signed", "");
  await client.succeed("component", "sign", "-q", `${target}//${echo}`, "--name", "mine", "--key", key);
  const { components } = await client.json("component", "sign", "-r", `${target}//${app}`, "--name", "mine", "--key", key);
  expect(components).toMatchObject([{ state: "kept" }, { state: "signed" }]);
  const other = client.fresh();
  writeFileSync(other, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));
  const forced = await client.run(["component", "sign", "-r", "--force", `${target}//${app}`, "--name", "mine", "--key", other]);
  expect(forced.code).toBe(0);
  const again = await client.run(["component", "sign", "-r", `${target}//${app}`, "--name", "default", "--key", key]);
  expectFailure(again, 2, /has a signature default already/);
});

test("a dry run stores nothing and says what would be signed", async () => {
  const target = await carried("older-cli-signed", ".tgz");
  const before = readFileSync(target);
  const { digest, dryRun } = await client.json("component", "sign", "-n", `${target}//${app}`, "--name", "mine", "--key", key);
  expect(dryRun).toBe(true);
  expect(readFileSync(target).equals(before)).toBe(true);
  expect(digest).toMatchObject({ value: (await client.succeed("component", "hash", "-q", `${target}//${app}`)).trim() });
});

test("certificates travel with the signature", async () => {
  const target = await carried("newer-cli-signed", ".tgz");
  const file = (name: string) => join(CERTIFICATES, name);
  const signing = ["component", "sign", `${target}//${app}`, "--name", "Acme Release", "--key", file("signer.key")];
  expectFailure(await client.run([...signing, "--cert", file("self-signed.crt")]), 2, /signed by itself/);
  expectFailure(await client.run([...signing, "--cert", file("authority.crt")]), 2, /not of the key/);
  await client.succeed(...signing, "-q", "--cert", file("chain.pem"), "--algorithm", "RSASSA-PSS", "--hash", "SHA-512");
  const verify = (...more: readonly string[]) => client.run(["component", "verify", "-q", `${target}//${app}`, "--name", "Acme Release", ...more]);
  expect(await verify("--ca-cert", file("authority.crt"))).toMatchObject({ code: 0, stderr: "" });
  expect(await verify("--key", file("leaf.crt"))).toMatchObject({ code: 0 });
  expect(await verify("--ca-cert", file("other.crt"))).toMatchObject({ code: 6, stdout: expect.stringContaining("nobody who is trusted issued") });
  expect(await verify()).toMatchObject({ code: 6, stdout: expect.stringContaining("--ca-cert") });
  expectFailure(await verify("--ca-cert", file("signer.key")), 2, /has no certificate/);
});

test("what cannot be signed is refused in one line", async () => {
  const target = await carried("older-cli-signed", "");
  const sign = (reference: string, keyFile = key) => client.run(["component", "sign", reference, "--name", "mine", "--key", keyFile]);
  expectFailure(await sign(`${target}//${APP[0]}`), 2, /names no version/);
  expectFailure(await sign(`${target}//${APP[0]}:9.9.9`), 5, /there is no component version acme\.org\/demo\/app:9\.9\.9/);
  expectFailure(await sign(`${target}//${app}`, client.fresh()), 5, /no such file/);
  expectFailure(await sign(`${target}//${app}`, THEIRS), 2, /is no private key/);
  expectFailure(await sign(`${target}//${app}@sha256:${"0".repeat(64)}`), 2, /has the digest/);
  expectFailure(await client.run(["component", "sign", `${target}//${app}`, "--name", " ", "--key", key]), 2, /needs a name/);
  expectFailure(await client.run(["component", "sign", `${target}//${app}`, "--name", "s", "--key", key, "--hash", "MD5"]), 2, /unknown hash algorithm/);
  expectFailure(await client.run(["component", "verify", `${target}//${app}`]), 2, /give the public key with --key/);
  expectFailure(await client.run(["component", "verify", `${target}//${app}`, "--name", "nobody", "--key", pub]), 5, /has no signature nobody: it has oldpkcs/);
});
