import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { openUpload } from "../conformance/pushing.ts";
import { randomBytes } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const MIB = 1024 * 1024;
const CHUNK = 32 * MIB;
const CHUNKS = 18;

/**
 * Resident memory that a server may ever have had, in bytes: a third of the content. How much of it is garbage that waits to be
 * collected differs from run to run by some 20 MiB; `npm run bench` tells the median.
 */
const MEMORY_LIMIT = 192 * MIB;

const { client, server } = useRegistry();

/** The most resident memory that the server ever had (proc_pid_status(5), VmHWM), in bytes. */
function peakMemory(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server().pid}/status`, "utf8"))?.[1]) * 1024;
}

test("a push and a pull of more than half a GiB need no more memory than small ones", async () => {
  const repository = freshRepository();
  const bytes = randomBytes(CHUNK);
  const hash = createHash("sha256");
  const location = await openUpload(client, repository);
  for (let at = 0; at < CHUNKS; at++) {
    hash.update(bytes);
    expectStatus(await client.patch(location, bytes, at * CHUNK), 202);
  }
  const digest = `sha256:${hash.digest("hex")}`;
  expectStatus(await client.close(location, digest), 201);
  expect(peakMemory()).toBeLessThan(MEMORY_LIMIT);

  const response = await fetch(`${client.url}/v2/${repository}/blobs/${digest}`, { signal: AbortSignal.timeout(60_000) });
  const received = createHash("sha256");
  for await (const part of response.body ?? []) received.update(part);
  expect(`sha256:${received.digest("hex")}`).toBe(digest);
  expect(peakMemory()).toBeLessThan(MEMORY_LIMIT);
  expectStatus(await client.delete(`/v2/${repository}/blobs/${digest}`), 202);
}, 120_000);
