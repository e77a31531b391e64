import { expect } from "bun:test";
import { type Content, descriptorOf, type ManifestContent } from "../support/content.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";

/** A manifest that was sent, with a tag that others use as well and one of its own. */
interface SentManifest {
  readonly repository: string;
  readonly manifest: ManifestContent;
  readonly contents: readonly Content[];
  readonly sharedTag: string | undefined;
  readonly ownTag: string;
  readonly sentAt: number;
  /** Infinity until it was acknowledged. */
  acknowledgedAt: number;
}

type BlobState = "there" | "deleted" | "unknown";

/** What the clients know: what they sent and what was acknowledged, in the order of one clock. */
export class Ledger {
  readonly #blobs = new Map<string, { readonly repository: string; readonly blob: Content; state: BlobState }>();
  readonly #manifests: SentManifest[] = [];
  #clock = 0;

  /** How many changes were acknowledged. */
  acknowledged = 0;

  /** Notes a change of a blob before it is sent; the result notes the acknowledgement. */
  blob(repository: string, blob: Content, state: "there" | "deleted"): () => void {
    const key = `${repository}@${blob.digest}`;
    const entry = this.#blobs.get(key) ?? { repository, blob, state: "unknown" as BlobState };
    this.#blobs.set(key, entry);
    // Pushed again, it is there whatever becomes of that; only a deletion makes it uncertain.
    if (state === "deleted" || entry.state === "deleted") entry.state = "unknown";
    return () => {
      entry.state = state;
      this.acknowledged++;
    };
  }

  manifest(sent: Pick<SentManifest, "repository" | "manifest" | "contents" | "sharedTag" | "ownTag">): () => void {
    const entry: SentManifest = { ...sent, sentAt: ++this.#clock, acknowledgedAt: Number.POSITIVE_INFINITY };
    this.#manifests.push(entry);
    return () => {
      entry.acknowledgedAt = ++this.#clock;
      this.acknowledged++;
    };
  }

  /** Compares the server with what is known of it. */
  async verify(client: RegistryClient): Promise<void> {
    for (const { repository, blob, state } of this.#blobs.values()) {
      const answer = await client.get(`/v2/${repository}/blobs/${blob.digest}`);
      if (state === "deleted") expectStatus(answer, 404);
      else if (state === "there" || answer.status !== 404) {
        expectStatus(answer, 200);
        expectBytes(answer, blob.bytes);
      }
    }
    for (const repository of new Set(this.#manifests.map((sent) => sent.repository))) await this.#verifyTags(client, repository);
  }

  async #verifyTags(client: RegistryClient, repository: string): Promise<void> {
    const sent = this.#manifests.filter((entry) => entry.repository === repository);
    const listed = await client.get(`/v2/${repository}/tags/list`);
    const tags = new Set(listed.status === 404 ? [] : (listed.json() as { tags: string[] }).tags);
    for (const entry of sent) await verifyManifest(client, entry, tags.has(entry.ownTag));
    for (const tag of new Set(sent.map((entry) => entry.sharedTag))) {
      if (tag === undefined) continue;
      const answer = await client.get(`/v2/${repository}/manifests/${tag}`);
      expectStatus(answer, tags.has(tag) ? 200 : 404);
      const candidates = lastWrites(sent.filter((entry) => entry.sharedTag === tag));
      if (answer.status === 200) expect(candidates.map((entry) => entry.manifest.digest)).toContain(answer.headers.get("Docker-Content-Digest") ?? "");
      else expect(candidates.every((entry) => entry.acknowledgedAt === Number.POSITIVE_INFINITY)).toBeTrue();
    }
  }
}

/** All of a manifest is visible, or nothing of it. */
async function verifyManifest(client: RegistryClient, entry: SentManifest, tagged: boolean): Promise<void> {
  const { repository, manifest, contents, ownTag, acknowledgedAt } = entry;
  if (acknowledgedAt < Number.POSITIVE_INFINITY) expect(tagged).toBeTrue();
  const [byDigest, byTag] = await Promise.all([manifest.digest, ownTag].map((reference) => client.get(`/v2/${repository}/manifests/${reference}`)));
  if (byDigest === undefined || byTag === undefined) throw new Error("two requests gave no two answers");
  for (const answer of [byDigest, byTag]) expectStatus(answer, tagged ? 200 : 404);
  if (!tagged) return;
  expectBytes(byDigest, manifest.bytes);
  expectBytes(byTag, manifest.bytes);
  for (const content of contents) {
    const head = await client.head(`/v2/${repository}/blobs/${content.digest}`);
    expectStatus(head, 200);
    expect(head.headers.get("Content-Length")).toBe(String(descriptorOf(content).size));
  }
}

/** Those that may have been the last: not acknowledged, or no other was sent after their acknowledgement and acknowledged. */
function lastWrites(sent: readonly SentManifest[]): SentManifest[] {
  const lastSent = Math.max(...sent.filter((entry) => entry.acknowledgedAt < Number.POSITIVE_INFINITY).map((entry) => entry.sentAt), 0);
  return sent.filter((entry) => entry.acknowledgedAt > lastSent);
}
