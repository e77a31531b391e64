import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHtpasswd, parseHtpasswd } from "./htpasswd.ts";
import { verifyPassword } from "./password.ts";
import { basic, CLIENT, failure, openFixture } from "./testing/fixture.ts";

/** Written by htpasswd -B for the password `secret pass`. */
const BCRYPT = "$2y$05$PInz/nCn8pZ430uAIyqDT.C6B4bYdV7D/d0r3Zpayrf/mQ6yFgaM6";
const ARGON2 = await Bun.password.hash("secret pass", { algorithm: "argon2id", memoryCost: 64, timeCost: 1 });

describe("parseHtpasswd", () => {
  test("bcrypt in its three spellings and argon2; comments, empty lines and line ends of Windows", async () => {
    const text = `\uFEFF# accounts\r\nann:${BCRYPT}\r\n\r\nBob.B:${BCRYPT.replace("$2y", "$2b")}\n  \nzoe:${BCRYPT.replace("$2y", "$2a")}\neve:${ARGON2}`;
    const accounts = parseHtpasswd(text, "f");
    expect([...accounts.keys()]).toEqual(["ann", "Bob.B", "zoe", "eve"]);
    for (const hash of accounts.values()) {
      expect(await verifyPassword("secret pass", hash)).toBe(true);
      expect(await verifyPassword("secret", hash)).toBe(false);
    }
  });

  test.each([
    ["MD5", "$apr1$Vd1jlpGL$M6zfrPLhMyGdPWGFZ7kOn/"],
    ["SHA-1", "{SHA}EfatjsUqKYFqhKqaq+dMhYYZGPU="],
    ["SHA crypt", "$6$abc$def"],
    ["crypt or plain text", "secret"],
    ["crypt or plain text", ""],
    ["unreasonable", BCRYPT.replace("$05$", "$31$")],
    ["unreasonable", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA"],
  ])("refuses %s and names the line", (format, hash) => {
    expect(() => parseHtpasswd(`# one\nbob:${BCRYPT}\nann:${hash}\n`, "/etc/htpasswd")).toThrow(new RegExp(`^/etc/htpasswd, line 3: .*${format}`));
  });

  test.each([
    ["no colon", "ann"],
    ["no user", `:${BCRYPT}`],
    ["space in user", `a b:${BCRYPT}`],
    ["reserved user", `token:${BCRYPT}`],
    ["user twice", `ann:${BCRYPT}\nann:${BCRYPT}`],
  ])("refuses %s", (_, text) => {
    expect(() => parseHtpasswd(text, "f")).toThrow(/^f, line [12]: /);
  });
});

describe("openHtpasswd", () => {
  let folder: string;
  let file: string;
  let time: number;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "htpasswd-"));
    file = join(folder, "htpasswd");
    time = 0;
    warnings = [];
    await writeFile(file, `ann:${BCRYPT}\n`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => openHtpasswd(file, { now: () => time, warn: (message) => void warnings.push(message) });

  test("is read again when it changes, looked at once a second", async () => {
    const htpasswd = await open();
    await writeFile(file, `bob:${ARGON2}\n`);
    time = 999;
    expect(await htpasswd.find("bob")).toBeUndefined();
    time = 1000;
    expect(await htpasswd.find("bob")).toBe(ARGON2);
    expect(await htpasswd.find("ann")).toBeUndefined();
    expect(await htpasswd.users()).toEqual(["bob"]);
  });

  test("a broken or absent new file changes nothing and is told once", async () => {
    const htpasswd = await open();
    await writeFile(file, "bob:plain\n");
    for (time of [1000, 2000, 3000]) expect(await htpasswd.find("ann")).toBe(BCRYPT);
    expect(warnings).toEqual([expect.stringContaining("line 1")]);
    await rm(file);
    for (time of [4000, 5000]) expect(await htpasswd.find("ann")).toBe(BCRYPT);
    expect(warnings).toHaveLength(2);
    await writeFile(file, `bob:${ARGON2}\n`);
    time = 6000;
    expect(await htpasswd.find("bob")).toBe(ARGON2);
  });

  test("is read again when it is said to, although nothing tells that it changed", async () => {
    const htpasswd = await open();
    const { atime, mtime } = await stat(file);
    await writeFile(file, `bob:${BCRYPT}\n`);
    await utimes(file, atime, mtime);
    await htpasswd.reload();
    expect(await htpasswd.users()).toEqual(["bob"]);
    await writeFile(file, "bob:plain\n");
    await htpasswd.reload();
    expect(await htpasswd.users()).toEqual(["bob"]);
    expect(warnings).toHaveLength(1);
  });

  test("an absent or broken file is an error at the start", async () => {
    await writeFile(file, "bob:plain\n");
    expect(await failure(open())).toMatchObject({ message: expect.stringContaining("line 1") });
    await rm(file);
    expect(await failure(open())).toMatchObject({ message: expect.stringContaining(`cannot read the htpasswd file ${file}`) });
  });

  test("its users log in, are in configured groups, and yield to accounts of the store", async () => {
    const settings = { grants: [], groups: { devs: ["ann"], ops: ["ann", "bob"] }, tokenLifetime: 300_000, htpasswd: file };
    const fixture = await openFixture([], { settings });
    try {
      const login = (user: string, password: string) => fixture.access.authenticate(basic(user, password), CLIENT);
      expect(await login("ann", "secret pass")).toMatchObject({ name: "ann", groups: ["devs", "ops"] });
      await fixture.addUser("ann", "password in the store", ["own", "devs"]);
      fixture.advance(50);
      expect(await failure(login("ann", "secret pass"))).toMatchObject({ status: 401 });
      expect(await login("ann", "password in the store")).toMatchObject({ groups: ["own", "devs", "ops"] });
    } finally {
      await fixture.close();
    }
  });
});
