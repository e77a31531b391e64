import type { z } from "zod";
import type { History, historyQuery } from "../../api/tags.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parseTag } from "../../oci/tag.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { HeldContent } from "../../storage/metadata/catalog/graph.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { cutPage, numberOf, type Page, pageSize } from "./paging.ts";
import { formatTime } from "./time.ts";

/** A page of the history, with what is known of the manifests that it names. */
export interface HistoryPage extends Page<History> {
  readonly held: ReadonlyMap<string, HeldContent>;
}

/**
 * What tags pointed to, newest first. It outlives tags and manifests.
 * @throws RegistryError `NAME_UNKNOWN` when nothing is known of the repository
 */
export async function tagHistory(
  { metadata }: Catalog<"tags" | "repositories" | "graph">,
  name: RepositoryName,
  query: z.output<typeof historyQuery>,
  after: Position | undefined,
): Promise<HistoryPage> {
  const limit = pageSize(query.n);
  const tag = query.tag === undefined ? undefined : parseTag(query.tag);
  const found = await metadata.tags.listEvents(name, tag, { before: numberOf(after), limit: limit + 1 });
  if (found.length === 0 && (await metadata.repositories.find(name)) === undefined) throw unknownRepository(name);
  const { rows, next } = cutPage(found, limit, ({ id }) => ({ key: id, name: "" }));
  const digests = rows.map(({ from, to }) => to ?? from).filter((digest) => digest !== undefined);
  const held = new Map<string, HeldContent>(
    (await metadata.graph.held(name, digests)).filter(({ kind }) => kind === "manifest").map((content) => [content.digest, content]),
  );
  const events = rows.map(({ id, tag, operation, from, to, actor, at }) => ({
    id,
    tag,
    op: operation,
    digest: to ?? null,
    previous: from ?? null,
    actor,
    at: formatTime(at),
    present: held.has(to ?? from ?? ""),
  }));
  return { reply: { name, tag: tag ?? null, events }, next, held };
}
