// The memory of the client does not grow with the content.
import { expect, test } from "bun:test";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { passwordOf, useGuardedRegistry } from "../access/guarded-registry.ts";
import { randomBytes } from "../support/content.ts";

const guarded = useGuardedRegistry();

test("a large blob is pushed and read without being held", async () => {
  const credential = { kind: "basic", username: "writer", password: passwordOf("writer") } as const;
  const client = createRegistryClient({ env: {}, credentials: { find: async () => credential } });
  const { host } = new URL(guarded.server().url);
  const repository = client.repository(host, parseRepositoryName("team/large"));
  const [piece, count] = [new Uint8Array(randomBytes(1024 * 1024)), 300];
  const hasher = new Bun.CryptoHasher("sha256");
  for (let at = 0; at < count; at++) hasher.update(piece);
  const digest = `sha256:${hasher.digest("hex")}` as Parameters<typeof repository.headBlob>[0];
  const descriptor = { mediaType: "application/octet-stream", digest, size: piece.length * count };
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  async function* open() {
    for (let at = 0; at < count; at++) {
      look();
      yield piece.slice();
    }
  }
  const before = process.memoryUsage.rss();
  await repository.pushBlob({ descriptor, open });
  let received = 0;
  for await (const part of repository.blob(descriptor)) {
    received += part.length;
    look();
  }
  expect(received).toBe(descriptor.size);
  expect(peak - before).toBeLessThan(150 * 1024 * 1024);
}, 60_000);
