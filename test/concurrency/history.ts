import { expect } from "bun:test";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { parseTag } from "../../src/oci/tag.ts";
import type { AuditEntry } from "../../src/storage/metadata/audit.ts";
import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import type { TagEvent } from "../../src/storage/metadata/tags.ts";
import type { Pushed } from "./pushes.ts";

const PAGE = 100;

/** All events of a tag, oldest first. */
async function historyOf(metadata: MetadataStore, repository: string, tag: string): Promise<TagEvent[]> {
  const events: TagEvent[] = [];
  for (let before: number | undefined; ; before = events.at(-1)?.id) {
    const page = await metadata.tags.listEvents(parseRepositoryName(repository), parseTag(tag), { before, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events.reverse();
  }
}

/** Each tag's history has every push once, and each event begins where the one before it ended. */
export async function expectCompleteHistory(metadata: MetadataStore, pushes: readonly Pushed[]): Promise<void> {
  const byTag = Map.groupBy(
    pushes.flatMap((push) => push.tags.map((tag) => ({ push, place: `${push.repository}:${tag}`, tag }))),
    ({ place }) => place,
  );
  for (const group of byTag.values()) {
    const [{ push, tag } = { push: undefined, tag: "" }] = group;
    if (push === undefined) continue;
    const history = await historyOf(metadata, push.repository, tag);
    expect(history.map((event) => event.from)).toEqual([undefined, ...history.slice(0, -1).map((event) => event.to)]);
    expect(history.map((event) => event.operation)).toEqual(history.map((_, at) => (at === 0 ? "create" : "move")));
    expect(history.map((event) => String(event.to)).sort()).toEqual(group.map((entry) => entry.push.manifest.digest).sort());
    const current = await metadata.manifests.findByTag(parseRepositoryName(push.repository), parseTag(tag));
    expect(current?.digest).toBe(history.at(-1)?.to);
  }
}

/** Every push of a manifest, and every creation and move of a tag, is in the audit record exactly once. */
export async function expectCompleteAudit(metadata: MetadataStore, pushes: readonly Pushed[]): Promise<void> {
  const entries: (AuditEntry & { readonly id: number })[] = [];
  for (let before: number | undefined; ; before = entries.at(-1)?.id) {
    const page = await metadata.audit.list({ before, limit: PAGE });
    entries.push(...page);
    if (page.length < PAGE) break;
  }
  const keys = (wanted: (action: string) => boolean) =>
    entries
      .filter((entry) => wanted(entry.action))
      .map((entry) => [entry.repository, entry.reference, entry.digest].join(" "))
      .sort();
  const manifests = pushes.map((push) => [push.repository, undefined, push.manifest.digest].join(" "));
  const tags = pushes.flatMap((push) => push.tags.map((tag) => [push.repository, tag, push.manifest.digest].join(" ")));
  expect(keys((action) => action === "manifest.push")).toEqual(manifests.sort());
  expect(keys((action) => action === "tag.create" || action === "tag.move")).toEqual(tags.sort());
}
