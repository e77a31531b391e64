import { expect } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { configBlob, type Document, emptyBlob, imageOf, indexOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** An image that no other call gave, whose blobs the repository has; the manifest is not pushed yet. */
export async function newImage(client: RegistryClient, repository: string, more: Document = {}): Promise<ManifestContent> {
  const [config, layer] = [configBlob(), randomBlob()];
  await pushBlobs(client, repository, [config, layer]);
  return imageOf(config, [layer], more);
}

/** An artifact of a type of its own, likewise. */
export async function newArtifact(client: RegistryClient, repository: string, artifactType: string, more: Document = {}): Promise<ManifestContent> {
  const [config, layer] = [emptyBlob(), randomBlob(64, { mediaType: "application/octet-stream" })];
  await pushBlobs(client, repository, [config, layer]);
  return imageOf(config, [layer], { artifactType, ...more });
}

/** Pushes a new image to each of the tags. */
export async function pushImage(client: RegistryClient, repository: string, ...tags: readonly string[]): Promise<ManifestContent> {
  const image = await newImage(client, repository);
  for (const tag of tags.length > 0 ? tags : [undefined]) await pushManifest(client, repository, image, tag);
  return image;
}

export async function pushIndex(client: RegistryClient, repository: string, children: readonly ManifestContent[], tag?: string): Promise<ManifestContent> {
  const index = indexOf(children);
  await pushManifest(client, repository, index, tag);
  return index;
}

/** A request of the package API with a body; gives the answer as it came. */
export function send(client: RegistryClient, method: string, path: string, body?: unknown): Promise<Answer> {
  if (body === undefined) return client.request(method, path);
  return client.request(method, path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** The same, for one that must succeed. */
export async function call<T = Record<string, unknown>>(client: RegistryClient, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(client, method, path, body);
  expectStatus(answer, 200);
  return answer.json() as T;
}

export async function putProject(client: RegistryClient, path: string, body: Document = {}): Promise<void> {
  await call(client, "PUT", `/api/v1/projects/${path}`, body);
}

export async function tagsOf(client: RegistryClient, repository: string): Promise<string[]> {
  const answer = await client.get(`/v2/${repository}/tags/list`);
  if (answer.status === 404) return [];
  return (answer.json() as { tags: string[] }).tags;
}

/** Refused by a policy: 403 with the policy in the detail, and a message for people. Which code it is goes by the endpoint. */
export function expectRefused(answer: Answer, policy: string): string {
  expectStatus(answer, 403);
  const [error] = (answer.json() as { errors: { code: string; message: string; detail: { policy: string } }[] }).errors;
  expect(error?.code).toBeOneOf(["DENIED", "POLICY_VIOLATION"]);
  expect(error?.detail.policy).toBe(policy);
  return error?.message ?? "";
}
