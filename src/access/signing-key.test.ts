import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSigningKey, readSigningKey } from "./signing-key.ts";
import { failure } from "./testing/fixture.ts";

describe("signing key", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "keys-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("is created once, readable by its owner only, and stays", async () => {
    const path = join(folder, "keys", "token.pem");
    const { id } = await openSigningKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "keys"))).mode & 0o777).toBe(0o700);
    expect(await readFile(path, "utf8")).toStartWith("-----BEGIN PRIVATE KEY-----");
    expect((await openSigningKey(path)).id).toBe(id);
  });

  test("many that start at once agree and leave nothing else behind", async () => {
    const path = join(folder, "keys", "token.pem");
    const keys = await Promise.all(Array.from({ length: 20 }, () => openSigningKey(path)));
    expect(new Set(keys.map((key) => key.id)).size).toBe(1);
    expect(await readdir(join(folder, "keys"))).toEqual(["token.pem"]);
  });

  test("what is no Ed25519 key is refused by name", async () => {
    const path = join(folder, "key.pem");
    expect(await failure(readSigningKey(path))).toMatchObject({ message: expect.stringContaining(`cannot read the signing key ${path}`) });
    await writeFile(path, "not a key");
    expect(await failure(openSigningKey(path))).toMatchObject({ message: expect.stringContaining("no private key in PEM") });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await writeFile(path, privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(await failure(openSigningKey(path))).toMatchObject({ message: expect.stringContaining("of type ec: expected ed25519") });
  });
});
