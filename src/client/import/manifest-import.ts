import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../../oci/manifest.ts";
import type { Tag } from "../../oci/tag.ts";
import { isClientError } from "../client-error.ts";
import type { StoredManifest } from "../content/content.ts";
import { parseStored, referrerDescriptor } from "../content/stored-manifest.ts";
import { mapParallel } from "../plain/parallel.ts";
import type { RepositoryClient } from "../remote/repository-client.ts";
import { bringBlob } from "./bring-blob.ts";
import type { ImportContext } from "./import-context.ts";
import { type Comparison, count, emptyComparison } from "./import-report.ts";
import type { ImportRepository } from "./import-source.ts";
import { partsOf } from "./manifest-parts.ts";
import { Setback } from "./setback.ts";

/** Parts of a manifest that are looked at at a time. */
const PARTS = 8;

/** Indexes inside indexes are followed so far. */
const DEPTH_LIMIT = 16;

/** How a manifest is brought. */
export interface ManifestWishes {
  /** A tag to set with it. */
  readonly tag?: Tag;
  /** The target had no such tag: one that is set meanwhile stays. */
  readonly isNew?: boolean;
  /** It is known to be at the target. */
  readonly isThere?: boolean;
}

/** The manifests and blobs of one repository: each is brought once, what it consists of before it. */
export class ManifestImport {
  readonly comparison: Comparison = emptyComparison();
  /** Manifests that were looked at, whose referrers were not asked for yet. */
  readonly open: Digest[] = [];
  /** Referrers of which the target keeps no list. */
  readonly unlisted: { readonly subject: Digest; readonly referrer: Descriptor }[] = [];
  /** False where the target has no such repository: nothing need be looked for. */
  isThere = true;
  /** Why the target takes nothing of the repository. */
  closed: Setback | undefined;
  readonly #context: ImportContext;
  readonly #from: ImportRepository;
  readonly #to: RepositoryClient;
  readonly #manifests = new Map<Digest, Promise<boolean>>();
  readonly #blobs = new Map<Digest, Promise<void>>();
  readonly #set = new Set<Tag>();
  readonly #found = new Set<Digest>();

  constructor(context: ImportContext, from: ImportRepository, to: RepositoryClient) {
    this.#context = context;
    this.#from = from;
    this.#to = to;
  }

  has(digest: Digest): boolean {
    return this.#manifests.has(digest);
  }

  read(reference: Tag | Digest): Promise<StoredManifest> {
    return this.#context.source.ask((options) => this.#from.manifest(reference, options));
  }

  /** @throws Setback */
  parse(manifest: StoredManifest): ParsedManifest {
    try {
      return parseStored(manifest);
    } catch (error) {
      throw this.#context.source.setback(error);
    }
  }

  /** Brings a manifest with all its parts. @returns whether it is at the target. @throws Setback */
  bring(manifest: StoredManifest, wishes: ManifestWishes = {}, depth = 0): Promise<boolean> {
    const { digest } = manifest.descriptor;
    const begun = this.#manifests.get(digest) ?? this.#content(manifest, wishes, depth);
    this.#manifests.set(digest, begun);
    return begun;
  }

  async #content(manifest: StoredManifest, { isThere, ...wishes }: ManifestWishes, depth: number): Promise<boolean> {
    const { compareOnly } = this.#context;
    const { manifests, referrers } = this.comparison;
    const { digest, size } = manifest.descriptor;
    count(manifests, "source", size);
    const parsed = this.parse(manifest);
    const isReferrer = parsed.subject !== undefined;
    if (isReferrer) referrers.source++;
    if (depth > DEPTH_LIMIT) throw new Setback("broken", `it is nested deeper than ${DEPTH_LIMIT} levels`);
    const there = isThere ?? (this.isThere && (await this.digestOf(digest)) !== undefined);
    const { children, blobs } = partsOf(parsed);
    if (!there || compareOnly) await mapParallel(blobs, (edge) => this.#blob(edge, there), PARTS);
    else for (const edge of blobs) this.#trust(edge);
    await mapParallel(children, (edge) => this.#child(edge, depth + 1), PARTS);
    if (!there && !compareOnly) {
      await this.put(manifest, wishes, parsed);
      count(manifests, "sent", size);
      if (isReferrer) referrers.sent++;
    }
    this.open.push(digest);
    if (!there && compareOnly) return false;
    count(manifests, "target", size);
    if (isReferrer) referrers.target++;
    return true;
  }

  /** A part that the source itself cannot give is found, and does not keep the index from coming: at the source it is no better. */
  async #child({ digest }: ManifestEdge, depth: number): Promise<void> {
    try {
      const isThere = await (this.#manifests.get(digest) ?? this.bring(await this.read(digest), {}, depth));
      if (!isThere) this.#find(digest, new Setback("missing", "the target does not have it"));
    } catch (error) {
      if (!(error instanceof Setback)) throw error;
      if (error.isAbsence) this.comparison.gaps++;
      else if (error.state === "broken") this.#find(digest, error);
      else throw new Setback(error.state, `of its part ${digest}: ${error.message}`, error);
    }
  }

  #blob(edge: ManifestEdge, isNeeded: boolean): Promise<void> {
    const known = this.#blobs.get(edge.digest);
    if (known !== undefined) return known;
    const begun = bringBlob(edge, { ...this.#context, from: this.#from, to: this.#to, tally: this.comparison.blobs }).then((isThere) => {
      if (!isThere && isNeeded) this.#find(edge.digest, new Setback("missing", "the target has what needs this blob, and not the blob"));
    });
    this.#blobs.set(edge.digest, begun);
    return begun;
  }

  /** Counts a blob of a manifest that is at the target: it was taken with all that it needs. Comparing the sides looks. */
  #trust({ digest, size, required }: ManifestEdge): void {
    if (!required || this.#blobs.has(digest)) return;
    this.#blobs.set(digest, Promise.resolve());
    this.#context.places.note(digest, this.#to.repository);
    count(this.comparison.blobs, "source", size);
    count(this.comparison.blobs, "target", size);
  }

  /** What a tag or digest names at the target; undefined where that is nothing. @throws Setback */
  async digestOf(reference: Tag | Digest): Promise<Digest | undefined> {
    if (this.closed !== undefined) throw this.closed;
    return await this.#context.target.ask(async ({ signal }) => {
      try {
        const head = await this.#to.headManifest(reference, { signal, asPusher: !this.#context.compareOnly });
        return head.digest ?? (await this.#to.getManifest(reference, { signal })).descriptor.digest;
      } catch (error) {
        if (isClientError(error, "not-found")) return undefined;
        throw error;
      }
    });
  }

  /** Sets a tag, unless it was set with the manifest. @throws Setback */
  async tag(manifest: StoredManifest, tag: Tag, isNew: boolean): Promise<void> {
    if (!this.#set.has(tag)) await this.put(manifest, { tag, isNew }, this.parse(manifest));
  }

  async put(manifest: StoredManifest, { tag, isNew }: ManifestWishes, { subject, ...parsed }: ParsedManifest): Promise<void> {
    if (this.closed !== undefined) throw this.closed;
    const tags = tag === undefined ? [] : [tag];
    const { subjectListed } = await this.#context.target.ask(({ signal }) => this.#to.putManifest(manifest, { tags, signal, ifAbsent: isNew === true }));
    if (tag !== undefined) this.#set.add(tag);
    if (subject !== undefined && !subjectListed) this.unlisted.push({ subject, referrer: referrerDescriptor(manifest, { subject, ...parsed }) });
  }

  /** Notes a part once, however many have it. */
  #find(digest: Digest, { state, message }: Setback): void {
    if (this.#found.has(digest)) return;
    this.#found.add(digest);
    this.#context.findings.add({ repository: this.#from.repository, reference: digest, state, reason: message });
  }
}
