// The memory of `opm component` does not grow with the content.
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import type { Digest } from "../../src/oci/digest.ts";
import { opmCommand } from "../cli/run-opm.ts";
import { useRegistries } from "../component/repository/use-registries.ts";
import { componentSandbox } from "../component/support/component-sandbox.ts";
import { fileResource, makeComponent } from "../component/transfer/make-component.ts";
import { useTransfer } from "../component/transfer/use-transfer.ts";

const NAME = "acme.org/app";
const hostOf = useRegistries();
const { fresh, transfer } = useTransfer();
const sandbox = componentSandbox();
afterAll(() => sandbox.remove());

test("a component version is built of files and folders of any size", async () => {
  mkdirSync(sandbox.file("big"));
  const size = 600 * 1024 * 1024;
  await Bun.spawn(["truncate", "-s", String(size), sandbox.file("big/zeros")]).exited;
  const inputs = ["{type: file, path: big/zeros}", "{type: dir, path: big, compress: true}"];
  const resources = inputs.map((input, at) => `- name: r${at}\n  type: blob\n  input: ${input}\n`).join("");
  sandbox.write("c.yaml", `name: acme.org/app\nversion: 1.0.0\nprovider: {name: acme.org}\nresources:\n${resources}`);
  const { code, maxMemory } = await sandbox.run(["add", "--to", "./out", "c.yaml"]);
  expect(code).toBe(0);
  expect(maxMemory).toBeLessThan(350 * 1024 * 1024);
  expect(existsSync(sandbox.file("out/artifact-index.json"))).toBe(true);
  expect(readFileSync(sandbox.file("out/artifact-index.json"), "utf8")).toContain("acme.org/app");
}, 90_000);

test("a component version is transferred with blobs of any size", async () => {
  const [origin, size] = [fresh(), 512 * 1024 * 1024];
  const piece = new Uint8Array(1024 * 1024).fill(7);
  const hasher = new Bun.CryptoHasher("sha256");
  for (let at = 0; at < size; at += piece.length) hasher.update(piece);
  const { element } = fileResource("large", "placeholder");
  const hex = hasher.digest("hex");
  const digest = `sha256:${hex}` as const;
  const large = {
    ...element,
    access: { ...element.access, localReference: digest },
    digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value: hex },
  };
  async function* open() {
    for (let at = 0; at < size; at += piece.length) yield piece;
  }
  const descriptor = { mediaType: "application/octet-stream", digest: digest as Digest, size };
  await makeComponent(origin, NAME, { resources: [{ element: large, blobs: [{ kind: "layer", descriptor, open }] }] });
  const target = `http://${hostOf("distribution")}/${crypto.randomUUID()}`;
  const most = Math.max(await peakOf(origin, target), await peakOf(`${target}//${NAME}:1.0.0`, fresh(".tgz")));
  expect(most).toBeLessThan(384 * 1024 * 1024);
  const { components } = await transfer(origin, target);
  expect(components.map(({ state }) => state)).toEqual(["present"]);
}, 120_000);

/** The most memory of a transfer, in bytes. */
async function peakOf(from: string, to: string): Promise<number> {
  const home = fresh();
  const child = Bun.spawn([...opmCommand(), "component", "transfer", "--quiet", from, to], {
    env: { PATH: process.env.PATH ?? "", HOME: home, DOCKER_CONFIG: home },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  expect(await child.exited).toBe(0);
  return child.resourceUsage()?.maxRSS ?? Number.NaN;
}
