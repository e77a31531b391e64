import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readArchive } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox } from "../support/component-sandbox.ts";
import { readTar } from "../support/tar.ts";

setDefaultTimeout(60_000);

let sandbox: ComponentSandbox;
let key: string;
beforeAll(() => {
  sandbox = componentSandbox({ inputs: true });
  key = sandbox.write("k.pem", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString());
});
afterAll(() => sandbox.remove());

const SECRET = "the former text";
const IMAGE = "- {name: image, type: ociImage, input: {type: file, path: image.layout.tar, mediaType: application/vnd.ocm.software.oci.layout.v1+tar}}";
const text = (value: string, name = "text") => `- {name: ${name}, type: yaml, input: {type: utf8, text: ${value}}}`;

async function succeed(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await sandbox.run(args);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
}

async function add(to: string, version: string, resources: readonly string[], ...more: readonly string[]): Promise<void> {
  sandbox.write("c.yaml", `name: acme.org/app\nversion: ${version}\nprovider: acme.org\nresources:\n${resources.join("\n")}\n`);
  await succeed("add", "-q", "--to", to, "c.yaml", ...more);
}

/** The files of an archive by name, whatever it is. */
function filesOf(place: string): ReadonlyMap<string, string> {
  const path = sandbox.file(place);
  if (!statSync(path).isDirectory()) {
    const bytes = readFileSync(path);
    const tar = place.endsWith(".tgz") ? gunzipSync(bytes) : bytes;
    return new Map(readTar(tar).flatMap(({ name, type, content }) => (type === "5" ? [] : [[name, content.toString("latin1")] as const])));
  }
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name).slice(path.length + 1), readFileSync(join(parentPath, name), "latin1")]));
}

const names = (place: string) => [...filesOf(place).keys()].sort();

describe.each(["", ".tar", ".tgz"])("in an archive '%s'", (extension) => {
  const fresh = () => `./${crypto.randomUUID()}${extension}`;

  test("what was replaced is gone, with the image that only it had", async () => {
    const [archive, other] = [fresh(), fresh()];
    await add(archive, "1.0.0", [text(SECRET), text("same", "kept"), IMAGE]);
    expect([...filesOf(archive).values()].join()).toContain(SECRET);
    await add(archive, "1.0.0", [text("new"), text("same", "kept")], "--overwrite");
    await add(other, "1.0.0", [text("new"), text("same", "kept")]);
    expect([...filesOf(archive).values()].join()).not.toContain(SECRET);
    expect(names(archive)).toEqual(names(other));
    expect(filesOf(archive).get("artifact-index.json")).toBe(filesOf(other).get("artifact-index.json") ?? "");
  });

  test("what other versions have stays", async () => {
    const archive = fresh();
    await add(archive, "1.0.0", [text(SECRET), IMAGE]);
    await add(archive, "2.0.0", [text(SECRET), IMAGE]);
    const before = names(archive);
    await add(archive, "1.0.0", [text("new")], "--overwrite");
    expect(readArchive(sandbox.file(archive)).size).toBe(2);
    await succeed("check", `${archive}//acme.org/app:2.0.0`);
    await add(archive, "1.0.0", [text(SECRET), IMAGE], "--overwrite");
    expect(names(archive)).toEqual(before);
  });

  test("signing leaves no unsigned descriptor behind, and transfer no other one", async () => {
    const [archive, target] = [fresh(), fresh()];
    await add(archive, "1.0.0", [text("same"), IMAGE]);
    const count = names(archive).length;
    for (const name of ["one", "two"]) await succeed("sign", "-q", `${archive}//acme.org/app:1.0.0`, "--name", name, "--key", key);
    expect(names(archive)).toHaveLength(count);
    await add(target, "1.0.0", [text(SECRET)]);
    await succeed("transfer", "-q", "--overwrite", `${archive}//acme.org/app:1.0.0`, target);
    expect([...filesOf(target).values()].join()).not.toContain(SECRET);
    expect(names(target)).toHaveLength(count);
    await succeed("check", `${target}//acme.org/app:1.0.0`);
  });
});

test("where what stays cannot be read nothing is removed, and that is said", async () => {
  await add("./damaged", "1.0.0", [text(SECRET)]);
  await add("./damaged", "2.0.0", [text("other")]);
  const { artifacts } = JSON.parse(filesOf("./damaged").get("artifact-index.json") ?? "");
  const { digest } = artifacts.find(({ tag }: { readonly tag?: string }) => tag === "2.0.0");
  const blob = sandbox.file(`damaged/blobs/${digest.replace(":", ".")}`);
  rmSync(blob);
  sandbox.write(`damaged/blobs/${digest.replace(":", ".")}`, "{}");
  sandbox.write("c.yaml", `name: acme.org/app\nversion: 1.0.0\nprovider: acme.org\nresources:\n${text("new")}\n`);
  const { code, stderr } = await sandbox.run(["add", "-q", "--overwrite", "--to", "./damaged", "c.yaml"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("./damaged was written, but what was replaced is still in it: ") });
  await succeed("check", "./damaged//acme.org/app:1.0.0");
});

test("many that write to one folder lose nothing", async () => {
  await Promise.all(["a", "b", "c"].map(() => succeed("transfer", "-q", "--overwrite", "./damaged//acme.org/app:1.0.0", "./shared")));
  await succeed("check", "./shared//acme.org/app:1.0.0");
  expect(readArchive(sandbox.file("shared")).size).toBe(1);
});
