import { TAG_CLASSES, type TagClass } from "../../../oci/tag-class.ts";
import type { AuditEntry } from "../../metadata/audit.ts";
import type { Millis } from "../../metadata/records.ts";
import { appendAudit } from "../accounts/audit.ts";
import { tagClassCode } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { join, sql, word } from "../engine/sql.ts";
import { command } from "../engine/statement.ts";
import { countTerms, type Term, termKindCode } from "./terms.ts";
import { updateSearch } from "./update-search.ts";

/** Classes whose tags make no statement on what a repository is for. */
const EXEMPT: ReadonlySet<TagClass> = new Set(["referrers", "attachment"]);

/** Whether tags of this class are free of the type policy. */
export function isExempt(tagClass: TagClass): boolean {
  return EXEMPT.has(tagClass);
}

/** What a repository is found by because of a tag. */
export function tagTerms(tag: string, tagClass: TagClass): Term[] {
  const terms: Term[] = [{ kind: "class", name: tagClass }];
  if (tagClass === "attachment" && tag.endsWith(".sig")) terms.push({ kind: "signed", name: "true" });
  return terms;
}

const WRITE = command(
  () => sql`UPDATE repository SET revision = revision + ${"revisions"}, updated_at = COALESCE(${"now"}, updated_at),
  tag_count = tag_count + ${"tags"}, version_count = version_count + ${"versions"}, manifest_count = manifest_count + ${"manifests"},
  content_type_id = COALESCE(content_type_id, ${"type"}), title = COALESCE(${"title"}, title),
  listed = CASE WHEN ${"manifests"} > 0 THEN 1 ELSE listed END WHERE id = ${"repository"}`,
);

const COUNTED = TAG_CLASSES.filter((tagClass) => !isExempt(tagClass));

/** A repository without tags that count may become one of another type. By its terms, as it may have any number of tags that do not. */
const FORGET_TYPE = command(
  () => sql`UPDATE repository SET content_type_id = declared_type_id WHERE id = ${"repository"} AND content_type_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM repository_term WHERE repository_id = ${"repository"} AND kind = ${termKindCode("class")}
    AND term_id IN (SELECT id FROM term WHERE kind = ${termKindCode("class")} AND name IN (${join(COUNTED.map(word))})))`,
);

/** The type of the oldest tag of the parameter `repository` that counts and has one. */
export const FIRST_TYPE = sql`(SELECT m.type_id FROM tag g JOIN manifest m ON m.id = g.manifest_id
  WHERE g.repository_id = ${"repository"} AND g.class IN (${join(COUNTED.map(tagClassCode))}) AND m.type_id IS NOT NULL ORDER BY g.created_at, g.name LIMIT 1)`;

/** The changes of one repository's counters and terms in a transaction, and their record, which are written once, at its end. */
export class RepositoryCounters {
  readonly repository: number;
  readonly #terms = new Map<number, number>();
  readonly #audit: AuditEntry[] = [];
  #tags = 0;
  #versions = 0;
  #manifests = 0;
  #counted = 0;
  #retagged = false;
  #contentType: number | undefined;
  #title: string | undefined;

  constructor(repository: number) {
    this.repository = repository;
  }

  audit(entry: AuditEntry): void {
    this.#audit.push(entry);
  }

  /** A manifest became visible (1) or ceased to be (-1). */
  manifest(by: 1 | -1, terms: readonly number[]): void {
    this.#manifests += by;
    this.terms(by, terms);
  }

  terms(by: 1 | -1, terms: readonly number[]): void {
    for (const term of terms) this.#terms.set(term, (this.#terms.get(term) ?? 0) + by);
  }

  /** A tag came (1) or went (-1). */
  tag(by: 1 | -1, tagClass: TagClass, terms: readonly number[]): void {
    this.#tags += by;
    if (tagClass === "semver") this.#versions += by;
    if (!isExempt(tagClass)) {
      this.#counted += by;
      this.#retagged = true;
    }
    this.terms(by, terms);
  }

  /** The type and title of what a tag was pointed to. The type counts where the repository has none yet. */
  tagged(type: number | undefined, title: string | undefined): void {
    this.#retagged = true;
    this.#contentType ??= type;
    this.#title = title ?? this.#title;
  }

  /** Writes the counters; with `now` the repository's revision grows. */
  async write(x: Executor, now: Millis | undefined): Promise<void> {
    appendAudit(x, this.#audit);
    await countTerms(x, this.repository, this.#terms);
    x.send(WRITE, {
      repository: this.repository,
      revisions: now === undefined ? 0 : 1,
      now: now ?? null,
      tags: this.#tags,
      versions: this.#versions,
      manifests: this.#manifests,
      type: this.#contentType ?? null,
      title: this.#title ?? null,
    });
    if (this.#counted < 0) x.send(FORGET_TYPE, { repository: this.repository });
    if (this.#retagged) await updateSearch(x, this.repository);
  }
}
