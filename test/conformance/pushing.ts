import type { Answer } from "../support/answer.ts";
import { type Content, emptyBlob, imageOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** Opens an upload session and gives its location. */
export async function openUpload(client: RegistryClient, repository: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
  const opened = await client.post(repository, query);
  expectStatus(opened, 202);
  return locationOf(opened);
}

export function locationOf(answer: Answer): string {
  const location = answer.headers.get("Location");
  if (location === null) throw new Error(`no Location in an answer with status ${answer.status}`);
  return location;
}

function algorithmQuery(digest: string): Record<string, string> {
  return digest.startsWith("sha512:") ? { "digest-algorithm": "sha512" } : {};
}

/** Every way of the specification to push a blob; each gives the last answer. */
export const PUSH_METHODS: Readonly<Record<string, (client: RegistryClient, repository: string, blob: Content) => Promise<Answer>>> = {
  async "POST then PUT"(client, repository, blob) {
    return client.close(await openUpload(client, repository), blob.digest, blob.bytes);
  },
  async "single POST"(client, repository, blob) {
    return client.post(repository, { digest: blob.digest }, { headers: { "Content-Type": "application/octet-stream" }, body: blob.bytes });
  },
  async "chunks, closed by an empty PUT"(client, repository, blob) {
    return client.close(await pushChunks(client, repository, blob, 3), blob.digest);
  },
  async "chunks, the last in the PUT"(client, repository, blob) {
    const half = blob.bytes.length >> 1;
    const location = half === 0 ? await openUpload(client, repository) : await pushChunks(client, repository, { ...blob, bytes: blob.bytes.slice(0, half) }, 2);
    const rest = blob.bytes.slice(half);
    const range: Record<string, string> = rest.length === 0 ? {} : { "Content-Range": `${half}-${blob.bytes.length - 1}` };
    return client.close(location, blob.digest, rest, range);
  },
  async "stream of unknown length"(client, repository, blob) {
    const patched = await client.patch(await openUpload(client, repository), blob.bytes);
    expectStatus(patched, 202);
    return client.close(locationOf(patched), blob.digest);
  },
};

/** PATCHes the blob in `count` chunks and gives the location for what follows. An empty blob has no chunk. */
async function pushChunks(client: RegistryClient, repository: string, blob: Content, count: number): Promise<string> {
  let location = await openUpload(client, repository);
  const size = Math.max(1, Math.ceil(blob.bytes.length / count));
  for (let start = 0; start < blob.bytes.length; start += size) {
    const answer = await client.patch(location, blob.bytes.slice(start, start + size), start);
    expectStatus(answer, 202);
    location = locationOf(answer);
  }
  return location;
}

export async function pushBlob(client: RegistryClient, repository: string, blob: Content): Promise<void> {
  expectStatus(await client.close(await openUpload(client, repository, algorithmQuery(blob.digest)), blob.digest, blob.bytes), 201);
}

export async function pushBlobs(client: RegistryClient, repository: string, blobs: readonly Content[]): Promise<void> {
  await Promise.all(blobs.map((blob) => pushBlob(client, repository, blob)));
}

/** By digest, or by tag when one is given. */
export async function pushManifest(client: RegistryClient, repository: string, manifest: Content, tag?: string): Promise<Answer> {
  const answer = await client.putManifest(repository, tag ?? manifest.digest, manifest);
  expectStatus(answer, 201);
  return answer;
}

/** Pushes the smallest image there is, with the tag `latest`: lists have a repository from its first manifest on. */
export async function pushTiny(client: RegistryClient, repository: string): Promise<void> {
  await pushBlob(client, repository, emptyBlob());
  expectStatus(await pushManifest(client, repository, imageOf(emptyBlob(), [emptyBlob()]), "latest"), 201);
}
