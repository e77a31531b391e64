import type { Digest } from "../../oci/digest.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import { type ContentRow, carried, hasBytes } from "../../storage/sql/moving/content-rows.ts";
import { LOCATED_CONTENT_TABLE } from "../../storage/sql/moving/handling.ts";
import { placedAlready, putContentRows, removeOtherContentRows } from "../../storage/sql/moving/placed.ts";
import type { RowSource } from "../../storage/sql/moving/row-source.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import type { ScrubProblem } from "../scrub.ts";
import { copyOne, inParallel } from "./copy-one.ts";

export interface ContentProgress {
  /** Of this content, which is through. */
  readonly bytes: number;
  readonly copied: boolean;
}

export interface CopyContentOptions {
  readonly from: Pick<ContentStore, "read" | "stat">;
  readonly to: { readonly content: ContentStore; readonly tables: TableDatabase };
  /** A first round, while the source changes: what is not there may have been removed, and rows that are not content yet wait. */
  readonly ahead?: boolean;
  /** Both sides have the same content store: there is nothing to copy but the rows. */
  readonly sharesContent?: boolean;
  /** An earlier try may have written rows of content that it could not copy: the content store is asked. */
  readonly resumed?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ContentProgress) => void) | undefined;
}

export interface CopiedContent {
  readonly contents: number;
  readonly bytes: number;
  readonly problems: readonly ScrubProblem[];
}

/**
 * Brings the bytes of all content to another content store, by digest, and the rows of the table `content` to its database: these say what has
 * come already, so that this can be broken off anywhere and begun again. What is damaged at the source is told, and its row goes along.
 */
export async function copyContent(rows: RowSource, options: CopyContentOptions): Promise<CopiedContent> {
  const { from, to, ahead = false, sharesContent = false, signal, onProgress } = options;
  const problems: ScrubProblem[] = [];
  let [contents, bytes, after] = [0, 0, 0];
  for await (const page of rows.pages(LOCATED_CONTENT_TABLE)) {
    signal.throwIfAborted();
    const all = page.map(carried);
    const wanted = all.filter(hasBytes);
    const known = await to.tables.snapshot((x) => placedAlready(x, all));
    const unplaced = new Set(sharesContent ? [] : await withoutBytes(wanted, known, options));
    for (const row of wanted) if (!unplaced.has(row)) onProgress?.({ bytes: row.size, copied: false });
    const locations = new Map<Digest, string | null>();
    const missing = new Set<Digest>();
    await inParallel([...unplaced], async ({ digest, size, location }) => {
      const copied = await copyOne({ digest, size, location: location ?? undefined }, { from, to: to.content, signal });
      if (typeof copied === "string") {
        missing.add(digest);
        if (!ahead) problems.push({ digest, kind: "blob", problem: copied });
      } else {
        locations.set(digest, copied.location ?? null);
        [contents, bytes] = [contents + 1, bytes + size];
      }
      onProgress?.({ bytes: size, copied: typeof copied !== "string" });
    });
    signal.throwIfAborted();
    const located = (row: ContentRow): ContentRow => {
      if (sharesContent || !hasBytes(row)) return row;
      return { ...row, location: locations.has(row.digest) ? (locations.get(row.digest) ?? null) : (known.get(row.digest)?.location ?? null) };
    };
    const rowsToBe = (ahead ? wanted.filter((row) => !missing.has(row.digest)) : all).map(located);
    const changed = rowsToBe.filter((row) => !isSame(row, known.get(row.digest)));
    await to.tables.change(async (x) => {
      const last = all.at(-1)?.id ?? after;
      if (!ahead)
        await removeOtherContentRows(
          x,
          { after, last },
          all.map(({ id }) => id),
        );
      await putContentRows(x, changed);
      after = last;
    });
  }
  if (!ahead) await to.tables.change((x) => removeOtherContentRows(x, { after }, []));
  return { contents, bytes, problems };
}

function isSame(row: ContentRow, other: ContentRow | undefined): boolean {
  return other?.id === row.id && other.state === row.state && other.size === row.size && other.location === (row.location ?? null);
}

/** Content whose bytes the target has not got yet. */
async function withoutBytes(
  rows: readonly ContentRow[],
  known: ReadonlyMap<Digest, ContentRow>,
  { to, ahead, resumed }: CopyContentOptions,
): Promise<ContentRow[]> {
  const isWritten = ({ digest, size, state }: ContentRow) => known.get(digest)?.state === state && known.get(digest)?.size === size;
  if (ahead === true || resumed !== true) return rows.filter((row) => !isWritten(row));
  const there = await Promise.all(
    rows.map(
      async (row) => isWritten(row) && (await to.content.stat({ digest: row.digest, location: known.get(row.digest)?.location ?? undefined })) === row.size,
    ),
  );
  return rows.filter((_, index) => there[index] !== true);
}
