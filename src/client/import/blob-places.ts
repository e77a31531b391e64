import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";

/** Blobs whose place at the target is remembered; of older ones the bytes are sent again where another repository has them, too. */
const REMEMBERED = 200_000;

/** Where blobs are at the target, so that each is sent once and every other repository takes it over from there. */
export class BlobPlaces {
  readonly #places = new Map<Digest, RepositoryName>();
  readonly #underWay = new Map<Digest, Promise<void>>();

  /** Notes that a repository has a blob. */
  note(digest: Digest, repository: RepositoryName): void {
    this.#places.delete(digest);
    this.#places.set(digest, repository);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= REMEMBERED) return;
      this.#places.delete(oldest);
    }
  }

  /** Brings a blob to a repository; one at a time of the same, told where it is by then. */
  async bring(digest: Digest, repository: RepositoryName, work: (place: RepositoryName | undefined) => Promise<void>): Promise<void> {
    for (let other = this.#underWay.get(digest); other !== undefined; other = this.#underWay.get(digest)) await other.catch(() => {});
    const own = work(this.#places.get(digest));
    this.#underWay.set(digest, own);
    try {
      await own;
      this.note(digest, repository);
    } finally {
      this.#underWay.delete(digest);
    }
  }
}
