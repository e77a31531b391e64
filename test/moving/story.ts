import type { Answer } from "../support/answer.ts";
import { type Content, configBlob, emptyBlob, imageOf, indexOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type RegistryClient, withQuery } from "../support/registry-client.ts";

/** Repositories of the story, and digests of manifests and blobs that were pushed to each. */
export interface Told {
  readonly repository: string;
  readonly manifests: readonly string[];
  readonly blobs: readonly string[];
}

const REPOSITORIES = ["team/app/web", "team/app/shop", "solo"];

/** Bytes of a blob that is stored as a file of its own, and is read in several pieces. */
const LARGE = 3 * 1024 * 1024;

/** Fills a registry with something of each kind: images, an index, referrers, moved and deleted tags, untagged manifests. */
export async function tellStory(client: RegistryClient): Promise<Told[]> {
  return Promise.all(
    REPOSITORIES.map(async (repository) => {
      const [config, small, large, shared] = [configBlob(), randomBlob(2000), randomBlob(LARGE), emptyBlob()];
      const sha512 = randomBlob(300, { algorithm: "sha512" });
      const blobs = [config, small, large, shared, sha512];
      for (const blob of blobs) await pushBlob(client, repository, blob);
      const first = imageOf(config, [small, large], {
        annotations: { "org.opencontainers.image.title": "Grüße", "org.opencontainers.image.version": "1.0.0" },
      });
      const second = imageOf(config, [sha512]);
      const index = indexOf([first, second]);
      const signature = referrerOf(index, "application/vnd.example.signature");
      const steps: readonly [Content, readonly string[]][] = [
        [first, ["v1.0.0", "latest", "gone"]],
        [second, ["v1.1.0", "latest"]],
        [index, ["v2.0.0-rc.1"]],
        [signature, []],
      ];
      for (const [manifest, tags] of steps) expectStatus(await client.putManifest(repository, manifest.digest, manifest, tags), 201);
      expectStatus(await client.delete(`/v2/${repository}/manifests/gone`), 202);
      const manifests = [first, second, index, signature].map(({ digest }) => digest);
      return { repository, manifests, blobs: blobs.map(({ digest }) => digest) };
    }),
  );
}

/** Pushes a blob in one request. */
export async function pushBlob(client: RegistryClient, repository: string, blob: Content): Promise<void> {
  const opened = await client.post(repository);
  expectStatus(opened, 202);
  const location = opened.headers.get("Location") ?? "";
  expectStatus(await client.close(withQuery(client.url, location, {}), blob.digest, blob.bytes), 201);
}

/** What is asked of each repository. */
const QUESTIONS = ["tags/list", "_opm/repo/info", "_opm/tags/list", "_opm/tags/versions", "_opm/tags/history", "_opm/tags/history?tag=latest"];

/** All that a registry answers about the story, by question. */
export async function answersOf(client: RegistryClient, told: readonly Told[]): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  const ask = async (path: string): Promise<void> => {
    const answer = await client.get(path).catch(() => undefined);
    answers[path] = answer === undefined ? "breaks off" : described(answer);
  };
  for (const path of ["/v2/_catalog", "/v2/_opm/catalog/repositories", "/v2/_opm/catalog/namespaces", "/v2/_opm/catalog/search?q=web", "/v2/_opm/types/list"])
    await ask(path);
  for (const { repository, manifests, blobs } of told) {
    for (const question of QUESTIONS) await ask(`/v2/${repository}/${question}`);
    for (const digest of manifests) {
      for (const question of [`manifests/${digest}`, `referrers/${digest}`, `_opm/manifest/info?digest=${digest}`, `_opm/graph/manifest?digest=${digest}`]) {
        await ask(`/v2/${repository}/${question}`);
      }
    }
    for (const digest of blobs) await ask(`/v2/${repository}/blobs/${digest}`);
  }
  return answers;
}

function described({ status, headers, body, text }: Answer): string {
  const isJson = headers.get("Content-Type")?.includes("json") === true;
  const content = isJson ? text() : new Bun.CryptoHasher("sha256").update(body).digest("hex");
  return `${status} ${headers.get("Content-Type")} ${headers.get("Docker-Content-Digest")} ${content}`;
}
