import { classifyTag } from "../../src/oci/tag-class.ts";
import { versionKey } from "../../src/oci/version.ts";
import { tagClassCode, tagOperationCode } from "../../src/storage/sql/engine/codes.ts";
import { tagTerms } from "../../src/storage/sql/repositories/counters.ts";
import { projectTerms } from "../../src/storage/sql/repositories/ensure.ts";
import { readDocument, writeDocument } from "../../src/storage/sql/repositories/search-document.ts";
import type { Bulk } from "./bulk.ts";
import { Interner, words } from "./interner.ts";
import { type ContentRef, ManifestRows, type WrittenManifest } from "./manifest-rows.ts";
import type { RepositoryPlan } from "./plan.ts";
import { writeVersion } from "./version-rows.ts";
import { LICENSES } from "./vocabulary.ts";

const TAG = ["repository_id", "name", "manifest_id", "updated_at", "class", "version_key", "prerelease", "created_at", "moves", "pulls"] as const;
const EVENT = ["repository_id", "tag", "operation", "from_digest", "to_digest", "actor", "at"] as const;
const REPOSITORY = [
  "id",
  "project_id",
  "name",
  "revision",
  "created_at",
  "updated_at",
  "content_type_id",
  "title",
  "tag_count",
  "version_count",
  "manifest_count",
  "pulls",
  "version_key",
] as const;

/** Layers that many images share. */
const BASES = 200;

/** Writes repositories with the rows, terms and counters that pushes of their content would have left. */
export class RepositoryRows {
  readonly manifests: ManifestRows;
  readonly #bulk: Bulk;
  readonly #words: Interner;
  readonly #namespaces: Interner;
  readonly #projects: Interner;
  readonly #bases: ContentRef[] = [];
  tags = 0;

  constructor(bulk: Bulk) {
    this.#bulk = bulk;
    this.manifests = new ManifestRows(bulk);
    this.#words = words(bulk);
    this.#namespaces = new Interner((id, name) => bulk.insert("namespace", ["id", "name", "created_at"], [id, name, 0]));
    this.#projects = new Interner((id, key) => {
      const [namespace = "", name = ""] = key.split("/");
      bulk.insert("project", ["id", "namespace_id", "name"], [id, this.#namespaces.id(namespace), name]);
    });
  }

  write(plan: RepositoryPlan): void {
    const uses = new Map<number, number>();
    const use = (ids: readonly number[]): void => {
      for (const id of ids) uses.set(id, (uses.get(id) ?? 0) + 1);
    };
    const { place } = plan;
    const project = this.#projects.id(`${place.namespace}/${place.project}`);
    use(this.manifests.terms.ids(projectTerms(place)));
    const base = this.#base(plan);
    let [manifests, versions] = [0, 0];
    let latest = "";
    let last: WrittenManifest | undefined;
    const point = (tag: string, to: WrittenManifest, at: number): void => {
      const { class: named, version, prerelease } = classifyTag(tag, undefined);
      const key = version === undefined ? null : versionKey(version);
      if (named === "semver") versions++;
      if (key !== null && !prerelease && key > latest) latest = key;
      use(this.manifests.terms.ids(tagTerms(tag, named)));
      const pulls = Math.floor(plan.pulls * plan.random.next());
      this.#bulk.insert("tag", TAG, [plan.id, tag, to.id, at, tagClassCode(named), key, prerelease ? 1 : 0, at, 0, pulls]);
      this.#bulk.insert("tag_event", EVENT, [plan.id, tag, tagOperationCode("create"), null, to.content.digest, "bench", at]);
      this.tags++;
    };
    for (const [index, version] of plan.versions.entries()) {
      const { tagged, all } = writeVersion(this.manifests, plan, base, index + 1);
      for (const manifest of all) use(manifest.terms);
      manifests += all.length;
      point(version, tagged, plan.updatedAt - (plan.versions.length - index) * 3_600_000);
      last = tagged;
    }
    for (const tag of last === undefined ? [] : plan.floating) if (last !== undefined) point(tag, last, plan.updatedAt);
    const counts = [plan.versions.length + plan.floating.length, versions, manifests];
    this.#bulk.insert("repository", REPOSITORY, [
      plan.id,
      project,
      plan.name,
      1,
      plan.updatedAt - 1,
      plan.updatedAt,
      this.manifests.mediaTypes.id(plan.kind.type),
      plan.title,
      ...counts,
      plan.pulls,
      latest,
    ]);
    this.#terms(plan.id, uses);
    this.#document(plan);
  }

  #base({ id, random, updatedAt }: RepositoryPlan): ContentRef {
    while (this.#bases.length < BASES) this.#bases.push(this.manifests.content(30_000_000));
    const base = random.of(this.#bases);
    this.manifests.link(id, base, updatedAt);
    return base;
  }

  #terms(repository: number, uses: ReadonlyMap<number, number>): void {
    const kinds = this.manifests.terms;
    for (const [term, count] of uses) {
      this.#bulk.insert("repository_term", ["repository_id", "kind", "term_id", "uses"], [repository, kinds.kindOf(term), term, count]);
    }
  }

  #document({ id, name, title, description }: RepositoryPlan): void {
    const document = writeDocument({ name, title, description, other: LICENSES[id % LICENSES.length] ?? "" });
    this.#bulk.insert("search_document", ["repository_id", "document"], [id, document]);
    for (const [word, field] of readDocument(document)) {
      this.#bulk.insert("search_posting", ["word_id", "field", "repository_id"], [this.#words.id(word), field, id]);
    }
  }
}
