import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { pushBlob } from "../conformance/pushing.ts";
import { emptyBlob, imageOf } from "../support/content.ts";
import { expectErrorBody, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";

const MIB = 1024 * 1024;
const TYPE = "application/vnd.oci.image.manifest.v1+json";

const { client, server } = useRegistry({ config: { limits: { idle: "2s" } } });

/** The most resident memory that the server ever had (proc_pid_status(5), VmHWM), in bytes. */
function peakMemory(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server().pid}/status`, "utf8"))?.[1]) * 1024;
}

function manifest(annotations: Readonly<Record<string, string>>) {
  return imageOf(emptyBlob(), [emptyBlob()], { artifactType: "application/vnd.acme.thing.v1", annotations });
}

const put = (repository: string, tag: string, body: Uint8Array<ArrayBuffer>) =>
  client.request("PUT", `/v2/${repository}/manifests/${tag}`, { headers: { "Content-Type": TYPE }, body });

test("many large manifests at once are stored one after the other, in bounded memory; a small one waits for none of them", async () => {
  const repository = freshRepository();
  await pushBlob(client, repository, emptyBlob());
  const large = Array.from({ length: 30 }, (_, index) => manifest({ index: String(index), text: "x".repeat(3.4 * MIB) }));
  let stored = 0;
  const pushes = large.map(async ({ bytes }, index) => {
    expectStatus(await put(repository, `large-${index}`, bytes), 201);
    stored++;
  });
  expectStatus(await put(repository, "small", manifest({ small: "yes" }).bytes), 201);
  expect(stored).toBeLessThan(large.length / 2);
  await Promise.all(pushes);
  expect(peakMemory()).toBeLessThan(540 * MIB);
}, 120_000);

test("manifests that are announced and never come keep others waiting no longer than a stalled body lasts", async () => {
  const repository = freshRepository();
  await pushBlob(client, repository, emptyBlob());
  const stalled = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const connection = await openConnection(server().url);
      await connection.write(headOf(`PUT /v2/${repository}/manifests/stalled-${index}`, [`Content-Length: ${4 * MIB}`, `Content-Type: ${TYPE}`]));
      return connection;
    }),
  );
  expectStatus(await put(repository, "large", manifest({ text: "x".repeat(MIB) }).bytes), 201);
  for (const connection of stalled) {
    const answer = await connection.answer();
    expect(answer.status).toBe(408);
    expectErrorBody(answer.body, "BLOB_UPLOAD_INVALID");
    connection.destroy();
  }
}, 60_000);
