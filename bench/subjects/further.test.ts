import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { furtherPeers } from "./further.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "opm-peers-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("each command in the environment is a peer, by the name of its variable", () => {
  const peers = furtherPeers({
    OPM_BENCH_PEER_ONE: "one --port {port} --data {data}",
    OPM_BENCH_PEER_ONE_VERSION: "1.6.0",
    OPM_BENCH_PEER_TWO: "two {port}",
    OPM_BENCH_ZOT: "/bin/zot",
    PATH: "/bin",
  });
  expect(peers.map(({ name, version, kind }) => ({ name, version, kind }))).toEqual([
    { name: "one", version: "1.6.0", kind: "peer" },
    { name: "two", version: "unknown", kind: "peer" },
  ]);
});

test("the command and the template get port, data folder and files", async () => {
  const folder = join(root, "plain");
  mkdirSync(folder);
  const template = join(root, "template.toml");
  await Bun.write(template, 'port = {port}\nroot = "{data}"\nother = {kept}\n');
  const [peer] = furtherPeers({ OPM_BENCH_PEER_ONE: "one serve -c {config}", OPM_BENCH_PEER_ONE_CONFIG: template });
  const recipe = await peer?.prepare({ folder, port: 4711, tls: undefined, node: 0 });
  expect(recipe?.command).toEqual(["/bin/sh", "-c", `exec one serve -c ${folder}/config.toml`]);
  expect(await Bun.file(join(folder, "config.toml")).text()).toBe(`port = 4711\nroot = "${folder}/data"\nother = {kept}\n`);
});

test("TLS takes a template of its own", async () => {
  const folder = join(root, "secured");
  mkdirSync(folder);
  const template = join(root, "secured.toml");
  await Bun.write(template, "{certificate} {key}");
  const tls = { certificate: "/c.pem", key: "/k.pem" };
  const plain = { OPM_BENCH_PEER_ONE: "one {config}", OPM_BENCH_PEER_ONE_CONFIG: template };
  const [without] = furtherPeers(plain);
  expect(without?.prepare({ folder, port: 1, tls, node: 0 })).rejects.toThrow("OPM_BENCH_PEER_ONE_TLS_CONFIG is not set");
  const [secured] = furtherPeers({ ...plain, OPM_BENCH_PEER_ONE_TLS_CONFIG: template });
  await secured?.prepare({ folder, port: 1, tls, node: 0 });
  expect(await Bun.file(join(folder, "config.toml")).text()).toBe("/c.pem /k.pem");
});

test("a command that cannot know where to listen is refused", () => {
  expect(() => furtherPeers({ OPM_BENCH_PEER_ONE: "one" })).toThrow("OPM_BENCH_PEER_ONE has no {port}");
  expect(() => furtherPeers({ OPM_BENCH_PEER_ONE: "one", OPM_BENCH_PEER_ONE_CONFIG: "/x" })).toThrow("OPM_BENCH_PEER_ONE has no {config}");
});
