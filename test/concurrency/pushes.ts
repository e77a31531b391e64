import { PUSH_METHODS } from "../conformance/pushing.ts";
import { type Content, configBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

const METHODS = Object.values(PUSH_METHODS);

/** One image of one client, all of which was acknowledged. */
export interface Pushed {
  readonly repository: string;
  readonly contents: readonly Content[];
  readonly manifest: ManifestContent;
  readonly tags: readonly string[];
}

export interface PushPlan {
  readonly repositories: readonly string[];
  /** Shared by all clients: every image has three of them. */
  readonly layers: readonly Content[];
  /** Tags that move from image to image. */
  readonly sharedTags: number;
}

/** Pushes image number `at` as clients do: asks for each blob, mounts or pushes what is not there, then the manifest with two tags. */
export async function pushImage(client: RegistryClient, plan: PushPlan, at: number): Promise<Pushed> {
  const repository = nth(plan.repositories, at);
  const layers = [at, at * 7 + 1, at * 13 + 2].map((index) => nth(plan.layers, index));
  const contents = [configBlob(), ...new Set([...layers, randomBlob(500 + at * 11)])];
  for (const [index, content] of contents.entries()) await provide(client, plan, repository, content, at + index);
  const [config = configBlob(), ...rest] = contents;
  const manifest = imageOf(config, rest);
  const tags = [`shared-${at % plan.sharedTags}`, `own-${at}`];
  expectStatus(await client.putManifest(repository, manifest.digest, manifest, tags), 201);
  return { repository, contents, manifest, tags };
}

async function provide(client: RegistryClient, plan: PushPlan, repository: string, content: Content, at: number): Promise<void> {
  const head = await client.head(`/v2/${repository}/blobs/${content.digest}`);
  if (head.status === 200) return;
  expectStatus(head, 404);
  if (at % 4 === 0) {
    const mounted = await client.post(repository, { mount: content.digest, from: nth(plan.repositories, at + 1) });
    if (mounted.status === 201) return;
    expectStatus(mounted, 202);
    expectStatus(await client.delete(mounted.headers.get("Location") ?? ""), 204);
  }
  expectStatus(await nth(METHODS, at)(client, repository, content), 201);
}

function nth<T>(values: readonly T[], at: number): T {
  const value = values[at % values.length];
  if (value === undefined) throw new Error("there is nothing to choose from");
  return value;
}
