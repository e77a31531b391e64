import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { type Content, emptyBlob, imageOf, type ManifestContent, randomBlob, referrerOf } from "../support/content.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** A repository with one of everything, and the session of an upload into it. */
export interface Furnished {
  readonly repository: string;
  readonly blob: Content;
  readonly image: ManifestContent;
  readonly referrer: ManifestContent;
  readonly session: string;
}

/** An endpoint under a repository: the right that it takes, and how to use it. */
export interface Operation {
  readonly name: string;
  readonly action: "pull" | "push" | "delete";
  /** The answer tells of what is there, so that it takes the right to pull as well. */
  readonly tells?: boolean;
  readonly status: number;
  send(client: RegistryClient, on: Furnished): Promise<Answer>;
}

/** Pushes an image with the tag `v1` and a referrer as `administrator`, and opens a session as `uploader`. */
export async function furnish(administrator: RegistryClient, uploader: RegistryClient): Promise<Furnished> {
  const repository = `team/${crypto.randomUUID()}`;
  const blob = randomBlob();
  const image = imageOf(emptyBlob(), [blob]);
  const referrer = referrerOf(image, "application/vnd.example.note");
  await pushBlobs(administrator, repository, [blob, emptyBlob()]);
  await pushManifest(administrator, repository, image, "v1");
  await pushManifest(administrator, repository, referrer);
  const session = (await uploader.post(repository)).headers.get("Location") ?? "";
  return { repository, blob, image, referrer, session };
}

/** The same things under the name of a repository that does not exist. */
export function unfurnished(like: Furnished): Furnished {
  const repository = `team/${crypto.randomUUID()}`;
  return { ...like, repository, session: like.session.replace(like.repository, repository) };
}

export const OPERATIONS: readonly Operation[] = [
  ...reading("tags list", "pull", ({ repository }) => `/v2/${repository}/tags/list`),
  ...reading("referrers", "pull", ({ repository, image }) => `/v2/${repository}/referrers/${image.digest}`),
  ...reading("discover", "pull", ({ repository }) => `/v2/${repository}/_oci/ext/discover`),
  ...reading("blob", "pull", ({ repository, blob }) => `/v2/${repository}/blobs/${blob.digest}`),
  ...reading("manifest by tag", "pull", ({ repository }) => `/v2/${repository}/manifests/v1`),
  ...reading("manifest by digest", "pull", ({ repository, image }) => `/v2/${repository}/manifests/${image.digest}`),
  operation("POST upload", "push", 202, (client, { repository }) => client.post(repository)),
  operation("POST upload without a slash", "push", 202, (client, { repository }) => client.request("POST", `/v2/${repository}/blobs/uploads`)),
  operation("POST blob", "push", 201, (client, { repository }) => client.post(repository, { digest: emptyBlob().digest }, { body: emptyBlob().bytes })),
  operation("POST mount", "push", 202, (client, { repository }) => client.post(repository, { mount: randomBlob().digest, from: "team/source" })),
  operation("GET upload", "push", 204, (client, { session }) => client.get(session)),
  operation("HEAD upload", "push", 204, (client, { session }) => client.head(session)),
  operation("PATCH upload", "push", 202, (client, { session }) => client.patch(session, emptyBlob().bytes)),
  operation("PUT upload", "push", 201, (client, { session }) => client.close(session, emptyBlob().digest, emptyBlob().bytes)),
  operation("DELETE upload", "push", 204, (client, { session }) => client.delete(session)),
  operation("PUT manifest by tag", "push", 201, (client, { repository, image }) => client.putManifest(repository, "v2", image)),
  operation("PUT manifest by digest", "push", 201, (client, { repository, image }) => client.putManifest(repository, image.digest, image, ["v3"])),
  operation("DELETE tag", "delete", 202, (client, { repository }) => client.delete(`/v2/${repository}/manifests/v1`)),
  operation("DELETE manifest", "delete", 202, (client, { repository, image }) => client.delete(`/v2/${repository}/manifests/${image.digest}`)),
  operation("DELETE blob", "delete", 202, (client, { repository, blob }) => client.delete(`/v2/${repository}/blobs/${blob.digest}`)),
];

function operation(name: string, action: Operation["action"], status: number, send: Operation["send"]): Operation {
  return { name, action, status, send };
}

function reading(name: string, action: Operation["action"], path: (on: Furnished) => string): Operation[] {
  return (["GET", "HEAD"] as const).map((method) => operation(`${method} ${name}`, action, 200, (client, on) => client.request(method, path(on))));
}
