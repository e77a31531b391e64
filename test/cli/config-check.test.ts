import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { startTestServer } from "../support/server.ts";
import { runOpm, temporaryFolder } from "./run-opm.ts";

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const CERTIFICATES = join(import.meta.dir, "..", "tls", "certificates");

/** An address that somebody else listens on. */
let taken: Server;
let takenAddress: string;

beforeAll(async () => {
  writeFileSync(path("text"), "no PEM at all\n");
  writeFileSync(path("other.key"), generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(path("htpasswd"), "ann:{SHA}abc\n");
  writeFileSync(path("url"), "mysql://somewhere\n");
  mkdirSync(path("folder"));
  taken = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  takenAddress = `127.0.0.1:${address.port}`;
});
afterAll(() => {
  taken.close();
  folder.remove();
});

let files = 0;
function run(command: readonly string[], config: Readonly<Record<string, unknown>>) {
  const file = path(`opm-${++files}.yaml`);
  writeFileSync(file, JSON.stringify({ listen: "127.0.0.1:0", data: path("data"), ...config }));
  return runOpm([...command, "--config", file], { directory: folder.path });
}

const tls = (certificate: string, key: string) => ({ tls: { certificate, key } });
const CERTIFICATE = join(CERTIFICATES, "first.crt");
const KEY = join(CERTIFICATES, "first.key");

describe("what the configuration names is looked at, by check and by serve, with the same words and code", () => {
  test.each<readonly [string, () => Readonly<Record<string, unknown>>, number, string]>([
    ["a certificate that is not there", () => tls(path("none.crt"), KEY), 5, `tls.certificate: ${path("none.crt")} cannot be read: there is no such file`],
    ["a key that is not there", () => tls(CERTIFICATE, path("none.key")), 5, `tls.key: ${path("none.key")} cannot be read`],
    ["a certificate that is no PEM", () => tls(path("text"), KEY), 2, `tls.certificate: ${path("text")} is no certificate in PEM`],
    ["a key that is no PEM", () => tls(CERTIFICATE, path("text")), 2, `tls.key: ${path("text")} is no private key in PEM`],
    ["certificate and key the other way round", () => tls(KEY, CERTIFICATE), 2, `tls.certificate: ${KEY} holds a private key`],
    [
      "a key of another certificate",
      () => tls(CERTIFICATE, path("other.key")),
      2,
      `tls.key: ${path("other.key")} is not the key of the certificate in ${CERTIFICATE}`,
    ],
    ["a folder for a certificate", () => tls(path("folder"), KEY), 2, `tls.certificate: ${path("folder")} cannot be read: it is a folder`],
    ["no htpasswd file", () => ({ access: { htpasswd: path("none"), grants: [] } }), 5, `access.htpasswd: ${path("none")} cannot be read`],
    [
      "a wrong line of it",
      () => ({ access: { htpasswd: path("htpasswd"), grants: [] } }),
      2,
      `access.htpasswd: ${path("htpasswd")}, line 1: the password of ann`,
    ],
    ["a signing key that is none", () => ({ access: { signingKey: path("text") } }), 2, `access.signingKey: the signing key ${path("text")} is no private key`],
    ["a file for the data folder", () => ({ data: path("text") }), 2, `data: ${path("text")} is a file, where a folder is to be`],
    ["a file above the data folder", () => ({ data: join(path("text"), "data") }), 2, `data: ${path("text")} is a file, where a folder is to be`],
    ["a file for the content", () => ({ storage: { content: { path: path("text") } } }), 2, `storage.content.path: ${path("text")} is a file`],
    ["a folder for the database", () => ({ storage: { metadata: { path: path("folder") } } }), 2, `storage.metadata.path: ${path("folder")} is a folder`],
    [
      "no file with the URL",
      () => ({ storage: { metadata: { driver: "postgres", urlFile: path("none") } } }),
      5,
      `storage.metadata.urlFile: ${path("none")} cannot be read`,
    ],
    ["a file with another URL", () => ({ storage: { metadata: { driver: "postgres", urlFile: path("url") } } }), 2, "does not hold one URL"],
    ["an address in use", () => ({ listen: takenAddress }), 1, "is in use by another process"],
    ["an address of another machine", () => ({ listen: "192.0.2.1:0", access: { grants: [] } }), 2, "listen: 192.0.2.1:0 is no address of this machine"],
  ])(
    "%s",
    async (_, config, code, message) => {
      for (const command of [["config", "check"], ["serve"]]) {
        const ran = await run(command, config());
        expect([ran.code, ran.stdout]).toEqual([code, ""]);
        expect(ran.stderr).toMatch(/^opm: (?:tls|access|data|storage|listen)[.:]/m);
        expect(ran.stderr).toContain(message);
      }
    },
    60_000,
  );
});

test("every problem is told at once", async () => {
  const { code, stderr } = await run(["config", "check"], {
    ...tls(path("none.crt"), KEY),
    access: { htpasswd: path("htpasswd"), grants: [] },
    data: path("text"),
  });
  expect(code).toBe(5);
  expect(
    stderr
      .trim()
      .split("\n")
      .map((line) => line.split(": ").slice(0, 2).join(": ")),
  ).toEqual(["opm: tls.certificate", "opm: access.htpasswd", "opm: data"]);
}, 60_000);

test("a database that does not answer is asked with --connect only, and named with its setting", async () => {
  const config = { storage: { metadata: { driver: "postgres", url: "postgres://opm:secret@127.0.0.1:1/opm" } } };
  expect((await run(["config", "check"], config)).code).toBe(0);
  for (const command of [["config", "check", "--connect"], ["serve"]]) {
    const { code, stderr } = await run(command, config);
    expect(code).toBe(3);
    expect(stderr).toContain("opm: storage.metadata.url: the metadata database cannot be reached");
    expect(stderr).not.toContain("secret");
  }
}, 60_000);

test("a good configuration makes nothing, and a registry that runs is no problem", async () => {
  expect(await run(["config", "check", "--connect"], { ...tls(CERTIFICATE, KEY), data: path("new") })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is valid"),
  });
  expect(existsSync(path("new"))).toBe(false);
  const server = await startTestServer();
  try {
    const ran = await run(["config", "check", "--connect"], { listen: `127.0.0.1:${server.port}`, data: server.dataDir });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(`a registry runs on 127.0.0.1:${server.port} already`);
    expect(ran.stderr).toContain("the metadata database answers");
  } finally {
    await server.stop();
  }
}, 60_000);

test("listening beyond this machine without TLS warns that passwords travel in the clear", async () => {
  const grants = { access: { grants: [] } };
  for (const listen of [":0", "0.0.0.0:0", "[::]:0"]) {
    const { code, stderr } = await run(["config", "check"], { listen, ...grants });
    expect([code, stderr]).toEqual([0, expect.stringContaining("listens on all addresses without TLS, so passwords and tokens travel in the clear")]);
  }
  for (const quiet of [{ listen: "127.0.0.1:0" }, { listen: ":0", ...tls(CERTIFICATE, KEY) }, { listen: ":0", publicUrl: "https://registry.example.org" }]) {
    expect((await run(["config", "check"], { ...grants, ...quiet })).stderr).not.toContain("in the clear");
  }
}, 60_000);
