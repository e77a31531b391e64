import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ClientError } from "../client-error.ts";
import { askCredentialHelper } from "./credential-helper.ts";
import { dockerCredentials } from "./docker-credentials.ts";

let home = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "opm-credentials-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function put(path: string, content: unknown): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** A credential helper that remembers what it was asked and how. */
function putHelper(name: string, script: string): void {
  chmodSync(put(`bin/docker-credential-${name}`, `#!/bin/sh\nread key\necho "$* $key" >> ${join(home, "asked")}\n${script}\n`), 0o755);
}

function find(registry: string, repository?: string, env: Record<string, string> = {}) {
  return dockerCredentials({ HOME: home, PATH: `${join(home, "bin")}:/usr/bin:/bin`, ...env }).find(registry, repository);
}

const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

test("without any file there is nothing", async () => {
  expect(await find("registry.example.com")).toBeUndefined();
});

test("an entry is found however its host is written", async () => {
  put(".docker/config.json", {
    auths: {
      "https://one.example.com/v2/": auth("ann:a:b"),
      "two.example.com:5000": { username: "bob", password: "secret" },
      "https://index.docker.io/v1/": auth("hub:pw"),
    },
  });
  expect(await find("one.example.com")).toMatchObject({ kind: "basic", username: "ann", password: "a:b" });
  expect(await find("two.example.com:5000")).toMatchObject({ kind: "basic", username: "bob", password: "secret" });
  expect(await find("two.example.com")).toBeUndefined();
  expect(await find("docker.io")).toMatchObject({ kind: "basic", username: "hub", password: "pw" });
});

test("tokens are told by their fields", async () => {
  put("d/config.json", { auths: { "a.example.com": { ...auth("x:y"), identitytoken: "id" }, "b.example.com": { registrytoken: "reg" }, "c.example.com": {} } });
  const env = { DOCKER_CONFIG: join(home, "d") };
  expect(await find("a.example.com", undefined, env)).toMatchObject({ kind: "identity-token", token: "id" });
  expect(await find("b.example.com", undefined, env)).toMatchObject({ kind: "registry-token", token: "reg" });
  expect(await find("c.example.com", undefined, env)).toBeUndefined();
});

test("podman's longest path counts", async () => {
  put(".config/containers/auth.json", {
    auths: { "r.example.com": auth("host:1"), "r.example.com/team": auth("team:2"), "r.example.com/team/app": auth("app:3") },
  });
  expect(await find("r.example.com", "team/app")).toMatchObject({ username: "app" });
  expect(await find("r.example.com", "team/other/x")).toMatchObject({ username: "team" });
  expect(await find("r.example.com", "else")).toMatchObject({ username: "host" });
});

test("the first place that has something counts", async () => {
  put("named.json", { auths: { "r.example.com": auth("named:1") } });
  put(".docker/config.json", { auths: { "r.example.com": auth("docker:1"), "s.example.com": auth("docker:2") } });
  put("run/containers/auth.json", { auths: { "s.example.com": auth("podman:1"), "t.example.com": auth("podman:2") } });
  const env = { REGISTRY_AUTH_FILE: join(home, "named.json"), XDG_RUNTIME_DIR: join(home, "run") };
  expect(await find("r.example.com", undefined, env)).toMatchObject({ username: "named" });
  expect(await find("s.example.com", undefined, env)).toMatchObject({ username: "docker" });
  expect(await find("t.example.com", undefined, env)).toMatchObject({ username: "podman" });
  const inline = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "s.example.com": auth("inline:1") } }) };
  expect(await find("s.example.com", undefined, inline)).toMatchObject({ username: "inline" });
});

test("a helper is asked by standard input, for its host only, and once", async () => {
  putHelper("vault", `echo '{"ServerURL":"x","Username":"ann","Secret":"s3cret"}'`);
  putHelper("tokens", `echo '{"Username":"<token>","Secret":"id"}'`);
  put(".docker/config.json", { credsStore: "tokens", credHelpers: { "r.example.com": "vault" } });
  const store = dockerCredentials({ HOME: home, PATH: `${join(home, "bin")}:/usr/bin:/bin` });
  expect(await store.find("r.example.com")).toMatchObject({ kind: "basic", username: "ann", password: "s3cret" });
  expect(await store.find("docker.io")).toMatchObject({ kind: "identity-token", token: "id" });
  await store.find("docker.io");
  expect(readFileSync(join(home, "asked"), "utf8")).toBe("get r.example.com\nget https://index.docker.io/v1/\n");
});

test("a helper that has nothing leaves the file's own entry", async () => {
  putHelper("empty", "echo 'credentials not found in native keychain'; exit 1");
  put(".docker/config.json", { credsStore: "empty", auths: { "r.example.com": auth("file:1") } });
  expect(await find("r.example.com")).toMatchObject({ username: "file" });
  expect(await find("s.example.com")).toBeUndefined();
});

test.each([
  ["fails", "echo 's3cret is wrong'; exit 3", "docker-credential-bad ended with 3"],
  ["prints something else", "echo 's3cret'", "docker-credential-bad gave an answer that cannot be read"],
])("a helper that %s is an error of permission without what it printed", async (_, script, message) => {
  putHelper("bad", script);
  put(".docker/config.json", { credsStore: "bad" });
  const error = await find("r.example.com").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClientError);
  expect(error).toMatchObject({ kind: "permission" });
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain("s3cret");
});

test("an entry of the file does where the program for everything is not there; that for this registry alone has to be", async () => {
  put(".docker/config.json", { credsStore: "absent", auths: { "r.example.com": auth("file:1") } });
  expect(await find("r.example.com")).toMatchObject({ username: "file", from: join(home, ".docker", "config.json") });
  put(".docker/config.json", { credHelpers: { "r.example.com": "absent" }, auths: { "r.example.com": auth("file:1") } });
  expect(String(await find("r.example.com").catch((error: unknown) => error))).toContain(
    "docker-credential-absent for r.example.com, which is not on the PATH",
  );
});

test("what is no user and password in Base64 is an error that names the file", async () => {
  const file = put(".docker/config.json", { auths: { "r.example.com": { auth: "bm8gY29sb24=" } } });
  const error = await find("r.example.com").catch((thrown: unknown) => thrown);
  expect([error, String(error)]).toEqual([expect.objectContaining({ kind: "invalid" }), expect.stringContaining(`${file} is broken`)]);
  expect(await find("s.example.com")).toBeUndefined();
});

test("what a failed helper says on standard error is told", async () => {
  putHelper("locked", "echo s3cret; echo 'the keychain is locked' >&2; exit 1");
  put(".docker/config.json", { credsStore: "locked" });
  const text = String(await find("r.example.com").catch((error: unknown) => error));
  expect([text, text.includes("s3cret")]).toEqual([expect.stringContaining("ended with 1 (the keychain is locked)"), false]);
});

test("a helper that is not there, or is no program's name, is an error", async () => {
  put(".docker/config.json", { credsStore: "absent" });
  expect(String(await find("r.example.com").catch((error: unknown) => error))).toContain(
    "docker-credential-absent for r.example.com, which is not on the PATH",
  );
  put(".docker/config.json", { credsStore: "../evil" });
  expect(await find("r.example.com").catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
});

test.each([
  ["{ broken s3cret", "is not valid JSON"],
  ['{"auths":{"r.example.com":{"auth":["s3cret"]}}}', "wrong value at auths"],
])("a broken file is named, its content is not: %s", async (text, message) => {
  put(".docker/config.json", text);
  const error = await find("r.example.com").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "invalid" });
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain("s3cret");
});

test("a helper that takes too long is given up, whatever still holds its output open", async () => {
  putHelper("slow", "sleep 20");
  const begun = performance.now();
  const error = await askCredentialHelper("slow", "a.example", { PATH: `${join(home, "bin")}:/usr/bin:/bin` }, 200).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("gave no answer within 0.2 s");
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test("helm's log-ins count where docker and podman have none", async () => {
  put(process.platform === "darwin" ? "Library/Preferences/helm/registry/config.json" : ".config/helm/registry/config.json", {
    auths: { "one.example.com": auth("helm:1"), "two.example.com": auth("helm:2") },
  });
  put(".docker/config.json", { auths: { "two.example.com": auth("docker:2") } });
  expect(await find("one.example.com")).toMatchObject({ username: "helm", password: "1" });
  expect(await find("two.example.com")).toMatchObject({ username: "docker" });
  const file = put("elsewhere.json", { auths: { "one.example.com": auth("named:1") } });
  expect(await find("one.example.com", undefined, { HELM_REGISTRY_CONFIG: file })).toMatchObject({ username: "named" });
  put("conf/registry/config.json", { auths: { "one.example.com": auth("folder:1") } });
  expect(await find("one.example.com", undefined, { HELM_CONFIG_HOME: join(home, "conf") })).toMatchObject({ username: "folder" });
  put("xdg/helm/registry/config.json", { auths: { "one.example.com": auth("xdg:1") } });
  expect(await find("one.example.com", undefined, { XDG_CONFIG_HOME: join(home, "xdg") })).toMatchObject({ username: "xdg" });
});
