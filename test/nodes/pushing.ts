import { expect } from "bun:test";
import type { Answer } from "../support/answer.ts";
import { type Content, configBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** An image and the blobs that it needs. */
export interface Image {
  readonly manifest: ManifestContent;
  readonly blobs: readonly Content[];
}

/** An image that no other call gave, with these layers or one of its own. */
export function newImage(layers: readonly Content[] = [randomBlob()]): Image {
  const config = configBlob();
  return { manifest: imageOf(config, layers), blobs: [...layers, config] };
}

/** Milliseconds for one request with all its repetitions. */
const LIMIT = 60_000;

/** Sends a request again while a node is away, as clients of registries do: on a broken connection, and on 502 to 504. */
export async function untilAnswered(request: () => Promise<Answer>): Promise<Answer> {
  for (const end = Date.now() + LIMIT; ; await Bun.sleep(50)) {
    const answer = await request().catch((error: unknown) => String(error));
    if (typeof answer !== "string" && ![502, 503, 504].includes(answer.status)) return answer;
    if (Date.now() > end) throw new Error(`no answer within ${LIMIT} ms: ${typeof answer === "string" ? answer : `${answer.status} ${answer.text()}`}`);
  }
}

/** Pushes an image, each request again while a node is away. */
export async function pushImage(client: RegistryClient, repository: string, tag: string, { manifest, blobs }: Image): Promise<void> {
  for (const { digest, bytes } of blobs) expectStatus(await untilAnswered(() => client.post(repository, { digest }, { body: bytes })), 201);
  expectStatus(await untilAnswered(() => client.putManifest(repository, tag, manifest)), 201);
}

/** Everything that a tag leads to is there. */
export async function expectWhole(client: RegistryClient, repository: string, tag: string): Promise<string> {
  const answer = await client.get(`/v2/${repository}/manifests/${tag}`);
  expectStatus(answer, 200);
  const { config, layers } = answer.json() as { config: { digest: string }; layers: { digest: string; size: number }[] };
  for (const { digest } of [config, ...layers]) {
    const blob = await client.get(`/v2/${repository}/blobs/${digest}`);
    expectStatus(blob, 200);
    expect(new Bun.CryptoHasher("sha256").update(blob.body).digest("hex")).toBe(digest.replace("sha256:", ""));
  }
  return String(answer.headers.get("Docker-Content-Digest"));
}
