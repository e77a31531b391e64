import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Random, randomOf } from "../../src/storage/filesystem/testing/random.ts";
import { opmCommand } from "../cli/run-opm.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { configBlob, imageOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import { startTestServer } from "../support/server.ts";
import { findDebianTool, testWith } from "../support/tools.ts";
import { readSystemCalls, type SystemCall, straceArguments } from "./system-calls.ts";

const REPOSITORY = "power/loss";
const MANIFESTS = 30;
const strace = await findDebianTool("strace");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-power-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testWith(strace)(
  "every acknowledged manifest is in the metadata that a loss of power leaves",
  async () => {
    const losses = await losePowerAtEveryAnswer(await record("full"));
    expect(losses.length).toBe(2 * MANIFESTS);
    for (const { acknowledged, found } of losses) expect(found).toEqual(expect.arrayContaining(acknowledged));
  },
  90_000,
);

testWith(strace)(
  "the same shows a loss where durability is relaxed: so the test above can fail",
  async () => {
    const losses = await losePowerAtEveryAnswer(await record("relaxed"));
    expect(losses.some(({ acknowledged, found }) => acknowledged.some((tag) => !found.includes(tag)))).toBeTrue();
  },
  90_000,
);

/** Pushes manifests one after another, two clients at a time, and gives what the server did to its metadata and answered. */
async function record(durability: "full" | "relaxed"): Promise<SystemCall[]> {
  const trace = join(folder, `${durability}.trace`);
  const program = join(folder, `${durability}.sh`);
  const quoted = [strace.path ?? "strace", ...straceArguments(trace), ...opmCommand()].map((word) => `'${word}'`);
  writeFileSync(program, `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  const server = await startTestServer({ binary: program, config: { storage: { durability }, collector: { interval: "0s" } } });
  try {
    const client = registryClient(() => server.url);
    const config = configBlob();
    await pushBlob(client, REPOSITORY, config);
    const push = async (first: number) => {
      for (let at = first; at < MANIFESTS; at += 2) {
        const manifest = imageOf(config, [], { annotations: { at: String(at), padding: "x".repeat((at * 997) % 9000) } });
        const answer = await client.putManifest(REPOSITORY, manifest.digest, manifest, [`tag-${at}`]);
        expectStatus(answer, 201);
      }
    };
    await Promise.all([push(0), push(1)]);
  } finally {
    await server.stop("SIGKILL");
  }
  return readSystemCalls(trace, (path) => path === server.dataDir || basename(path).startsWith("metadata.db"));
}

interface Loss {
  readonly acknowledged: readonly string[];
  readonly found: readonly string[];
}

/** At each answer to a manifest: once all is lost that was not synced, once a random part of it. */
async function losePowerAtEveryAnswer(calls: readonly SystemCall[]): Promise<Loss[]> {
  const random = randomOf(1);
  const losses: Loss[] = [];
  const acknowledged: string[] = [];
  calls.forEach((call, at) => {
    const tag = call.kind === "send" && call.text.startsWith("HTTP/1.1 201 ") ? /^oci-tag: (\S+)\r$/im.exec(call.text)?.[1] : undefined;
    if (tag === undefined) return;
    acknowledged.push(tag);
    for (const kept of [0, 0.5]) losses.push({ acknowledged: [...acknowledged], found: tagsAfterLoss(calls.slice(0, at), kept, random) });
  });
  return losses;
}

/** What a database holds whose files got the calls that were synced, and of the others each with probability `kept`. */
function tagsAfterLoss(calls: readonly SystemCall[], kept: number, random: Random): string[] {
  const synced = new Map<string, number>();
  for (const call of calls) if (call.kind === "sync") synced.set(call.path, call.from);
  const files = new Map<string, FileImage>();
  calls.forEach((call, at) => {
    if (call.kind === "send" || call.kind === "sync") return;
    // The end of a file is a change of its folder.
    const holder = call.kind === "unlink" ? dirname(call.path) : call.path;
    if (at >= (synced.get(holder) ?? 0) && !random.chance(kept)) return;
    if (call.kind === "unlink") {
      files.delete(call.path);
      return;
    }
    const file = files.get(call.path) ?? { bytes: Buffer.alloc(0), size: 0 };
    files.set(call.path, file);
    change(file, call);
  });
  const copy = join(folder, "after");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const [path, { bytes, size }] of files) if (!path.endsWith("-shm")) writeFileSync(join(copy, basename(path)), bytes.subarray(0, size));
  const database = new Database(join(copy, "metadata.db"));
  try {
    expect(database.query("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    return database
      .query<{ name: string }, []>("SELECT name FROM tag")
      .all()
      .map((row) => row.name);
  } finally {
    database.close();
  }
}

/** A file as it grows; `bytes` beyond `size` are zeros. */
interface FileImage {
  bytes: Buffer;
  size: number;
}

function change(file: FileImage, call: Extract<SystemCall, { kind: "write" | "truncate" }>): void {
  if (call.kind === "truncate") {
    file.bytes.fill(0, call.size);
    file.size = call.size;
    return;
  }
  const end = call.offset + call.bytes.length;
  if (end > file.bytes.length) file.bytes = Buffer.concat([file.bytes, Buffer.alloc(2 * end - file.bytes.length)]);
  call.bytes.copy(file.bytes, call.offset);
  file.size = Math.max(file.size, end);
}
