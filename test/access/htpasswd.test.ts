import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { basic, htpasswdLine } from "./guarded-registry.ts";

const folder = mkdtempSync(join(tmpdir(), "opm-htpasswd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "accounts");
writeFileSync(file, htpasswdLine("ann", "correct horse"));
const { server } = useRegistry({ config: { access: { grants: [], htpasswd: file }, limits: { loginFailures: 1000 } } });

const statusFor = async (user: string, password: string) =>
  (await registryClient(() => server().url, { Authorization: basic(user, password) }).get("/v2/")).status;

test("added, changed and removed accounts count without a restart", async () => {
  expect(await statusFor("ann", "correct horse")).toBe(200);
  expect(await statusFor("bob", "battery staple")).toBe(401);

  writeFileSync(file, htpasswdLine("ann", "another horse") + htpasswdLine("bob", "battery staple"));
  await eventually("the new account is seen", async () => (await statusFor("bob", "battery staple")) === 200);
  expect(await statusFor("ann", "correct horse")).toBe(401);
  expect(await statusFor("ann", "another horse")).toBe(200);

  // As editors and htpasswd write: another file takes its place.
  writeFileSync(join(folder, "next"), htpasswdLine("bob", "battery staple"));
  renameSync(join(folder, "next"), file);
  await eventually("the removed account is gone", async () => (await statusFor("ann", "another horse")) === 401);
});

test("a file that cannot be used changes nothing, and is warned of", async () => {
  writeFileSync(file, htpasswdLine("bob", "battery staple"));
  await eventually("the account is seen", async () => (await statusFor("bob", "battery staple")) === 200);
  writeFileSync(file, `${htpasswdLine("carl", "battery staple")}dora:{SHA}0000\n`);
  await eventually("the warning is there", async () => {
    await statusFor("bob", "battery staple");
    return server().stderr().includes(`${file}, line 2: the password of dora is stored as SHA-1`);
  });
  expect(await statusFor("bob", "battery staple")).toBe(200);
  expect(await statusFor("carl", "battery staple")).toBe(401);

  rmSync(file);
  await eventually("the second warning is there", async () => {
    await statusFor("bob", "battery staple");
    return server().stderr().includes(`cannot read the htpasswd file ${file}`);
  });
  expect(await statusFor("bob", "battery staple")).toBe(200);
});

test("the server goes on answering", async () => {
  expectStatus(await registryClient(() => server().url).get("/healthz"), 200);
});
