import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { openUpload } from "../conformance/pushing.ts";
import { blobOf, randomBytes } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const MIB = 1024 * 1024;
const SIZE = 8 * MIB;

/** Of each kind in a round: 64 MiB of pushes and of pulls, 32 of aborted uploads, and small blobs. */
const LARGE = 8;
const SMALL = 200;

const WARM_UP = 2;
const ROUNDS = 5;

/**
 * How much more the last rounds may take than the first, in bytes. When garbage is collected moves a round's peak by some 40 MiB; of a
 * leak of a fifth of what comes in, the rounds between would hold 75 MiB more.
 */
const MARGIN = 56 * MIB;

const { client, server } = useRegistry();

/** Resets the most resident memory that the server had (proc_pid_clear_refs(5)), and reads it. */
const resetPeak = () => writeFileSync(`/proc/${server().pid}/clear_refs`, "5");
const peak = () => 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server().pid}/status`, "utf8"))?.[1]);

/** Begins to send a large blob, and breaks the connection off after half of it. */
async function abortedUpload(repository: string, bytes: Uint8Array): Promise<void> {
  const url = new URL(await openUpload(client, repository), client.url);
  const head = [`PATCH ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`, "Content-Type: application/octet-stream", `Content-Length: ${SIZE}`];
  const sent = Promise.withResolvers<void>();
  const rest = [Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes.subarray(0, SIZE / 2)];
  const write = (socket: { write(bytes: Uint8Array): number }) => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const taken = Math.max(0, socket.write(next));
      if (taken < next.length) return void rest.unshift(next.subarray(taken));
    }
    sent.resolve();
  };
  const socket = await Bun.connect({
    hostname: url.hostname,
    port: Number(url.port),
    socket: {
      open: write,
      drain: write,
      data: () => undefined,
      error: (_, error) => sent.reject(error),
      close: () => sent.reject(new Error("the server ended it")),
    },
  });
  await sent.promise;
  socket.terminate();
}

async function round(repository: string): Promise<void> {
  const bytes = randomBytes(SIZE);
  for (let each = 0; each < LARGE; each++) {
    bytes[0] = each;
    const { digest } = blobOf(bytes);
    expectStatus(await client.close(await openUpload(client, repository), digest, bytes), 201);
    const response = await fetch(`${client.url}/v2/${repository}/blobs/${digest}`, { signal: AbortSignal.timeout(60_000) });
    let length = 0;
    for await (const part of response.body ?? []) length += part.length;
    expect(length).toBe(SIZE);
    await abortedUpload(repository, bytes);
    expectStatus(await client.delete(`/v2/${repository}/blobs/${digest}`), 202);
  }
  await Promise.all(
    Array.from({ length: SMALL }, async () => {
      const small = blobOf(randomBytes(4096));
      expectStatus(await client.close(await openUpload(client, repository), small.digest, small.bytes), 201);
    }),
  );
}

test("rounds of pushes, pulls and aborted uploads need no more memory one after the other", async () => {
  const peaks: number[] = [];
  for (let each = -WARM_UP; each < ROUNDS; each++) {
    resetPeak();
    await round(freshRepository());
    if (each >= 0) peaks.push(peak());
  }
  const [first = 0] = peaks;
  const last = Math.min(...peaks.slice(-2));
  expect(last - first, `peaks of the rounds in MiB: ${peaks.map((bytes) => Math.round(bytes / MIB)).join(", ")}`).toBeLessThan(MARGIN);
}, 300_000);
