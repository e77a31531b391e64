import type { Digest } from "../../oci/digest.ts";
import { isTag } from "../../oci/tag.ts";
import { isClientError } from "../client-error.ts";
import { mapParallel } from "../plain/parallel.ts";
import { fallbackTag } from "../remote/referrers.ts";
import type { RepositoryClient } from "../remote/repository-client.ts";
import type { ImportContext } from "./import-context.ts";
import type { Comparison } from "./import-report.ts";
import type { ImportRepository } from "./import-source.ts";
import { ManifestImport } from "./manifest-import.ts";
import { Setback } from "./setback.ts";

/** What is looked at at a time: tags of a repository, and manifests without a tag. */
const TAGS = 16;
const REFERRERS = 8;

/** Referrers that are entered in lists at a time: where registries keep none that takes seconds, and hardly a request. */
const LISTINGS = 64;

/** One repository of an import: everything that it lists, tags last. */
export class RepositoryImport {
  readonly comparison: Comparison;
  readonly #context: ImportContext;
  readonly #from: ImportRepository;
  readonly #to: RepositoryClient;
  readonly #manifests: ManifestImport;

  constructor(context: ImportContext, from: ImportRepository, to: RepositoryClient) {
    this.#context = context;
    this.#from = from;
    this.#to = to;
    this.#manifests = new ManifestImport(context, from, to);
    this.comparison = this.#manifests.comparison;
  }

  /** @throws Setback where the source does not list it, or the target takes nothing of it */
  async run(): Promise<void> {
    const { source, target } = this.#context;
    const listed = new Set(await source.ask((options) => Array.fromAsync(this.#from.tags(options))));
    const there = await target.ask((options) => this.#targetTags(options));
    this.#manifests.isThere = there !== undefined;
    this.comparison.tags.added = there?.difference(listed).size ?? 0;
    await mapParallel([...listed], (tag) => this.#tag(tag, there?.has(tag) === true), TAGS);
    await this.#others();
    await this.#follow();
    const unlisted = this.#manifests.unlisted.filter(({ subject }) => !listed.has(fallbackTag(subject)));
    await mapParallel(
      unlisted,
      ({ subject, referrer }) => this.#collect(referrer.digest, () => target.ask((options) => this.#to.addFallbackReferrer(subject, referrer, options))),
      LISTINGS,
    );
    if (this.#manifests.closed !== undefined) throw this.#manifests.closed;
  }

  /** Undefined where the target has no such repository. */
  async #targetTags(options: { readonly signal: AbortSignal }): Promise<ReadonlySet<string> | undefined> {
    try {
      return new Set(await Array.fromAsync(this.#to.tags(options)));
    } catch (error) {
      if (isClientError(error, "not-found")) return undefined;
      throw error;
    }
  }

  async #tag(tag: string, isListed: boolean): Promise<void> {
    const { tags } = this.comparison;
    tags.source++;
    await this.#collect(tag, async () => {
      if (!isTag(tag)) throw new Setback("refused", "no registry takes such a tag: expected 1 to 128 characters [a-zA-Z0-9_][a-zA-Z0-9._-]*");
      const manifest = await this.#manifests.read(tag);
      const { digest } = manifest.descriptor;
      const named = isListed ? await this.#manifests.digestOf(tag) : undefined;
      const isSet = named === digest;
      if (named !== undefined && !isSet && !this.#context.overwrite) {
        tags.different++;
        throw new Setback("different", `it names ${named} at the target and ${digest} at the source, to which --overwrite sets it`);
      }
      const isNew = named === undefined;
      await this.#manifests.bring(manifest, isSet ? { isThere: true } : { tag, isNew });
      if (!isSet && this.#context.compareOnly) throw new Setback("missing", "the target does not have it");
      if (!isSet) {
        await this.#manifests.tag(manifest, tag, isNew);
        tags.sent++;
      }
      tags.target++;
    });
    await this.#follow();
  }

  /** Brings what refers to what was brought, and to that. Not from within: a referrer may be an index of its own subject. */
  async #follow(): Promise<void> {
    const { open } = this.#manifests;
    for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
      const subject = digest;
      await this.#collect(subject, async () => {
        const referrers = await this.#context.source.ask(async (options) => (await this.#from.referrers?.(subject, options)) ?? []);
        await mapParallel(referrers, (referrer) => this.#untagged(referrer), REFERRERS);
      });
    }
  }

  /** A manifest to which no tag leads. */
  async #untagged(digest: Digest): Promise<void> {
    if (this.#manifests.has(digest)) return;
    await this.#collect(digest, async () => {
      const isThere = await this.#manifests.bring(await this.#manifests.read(digest));
      if (!isThere) throw new Setback("missing", "the target does not have it");
    });
  }

  /** What no tag leads to, where the source can tell: what refers to something that was brought, and the rest where it is wanted. */
  async #others(): Promise<void> {
    const { untagged, source } = this.#context;
    const listed = await source.ask(async (options) => await Array.fromAsync(this.#from.manifests?.(options) ?? []));
    const rest = new Map<Digest, Digest | undefined>();
    const unknown = listed.filter((digest) => !this.#manifests.has(digest));
    await mapParallel(unknown, async (digest) => void rest.set(digest, await this.#subjectOf(digest)), TAGS);
    for (;;) {
      const wanted = [...rest].filter(([, subject]) => untagged || (subject !== undefined && this.#manifests.has(subject))).map(([digest]) => digest);
      if (wanted.length === 0) break;
      for (const digest of wanted) rest.delete(digest);
      await mapParallel(wanted, (digest) => this.#untagged(digest), REFERRERS);
    }
    this.comparison.untagged = rest.size;
  }

  /** Undefined also for what cannot be read: that is found when it is brought. */
  async #subjectOf(digest: Digest): Promise<Digest | undefined> {
    try {
      return this.#manifests.parse(await this.#manifests.read(digest)).subject;
    } catch (error) {
      if (error instanceof Setback) return undefined;
      throw error;
    }
  }

  /** Runs what brings one thing over; a setback is noted under its name. */
  async #collect(reference: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Setback)) throw error;
      if (error.closes) this.#manifests.closed = error;
      else this.#context.findings.add({ repository: this.#from.repository, reference, state: error.state, reason: error.message });
    }
  }
}
