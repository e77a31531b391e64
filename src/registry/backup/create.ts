import type { Digest } from "../../oci/digest.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import { databaseTime } from "../../storage/sql/coordination.ts";
import type { Connection } from "../../storage/sql/engine/executor.ts";
import { type ContentRow, carried, contentTotals, hasBytes } from "../../storage/sql/moving/content-rows.ts";
import { CONTENT_TABLE, LOCATED_CONTENT_TABLE, MOVED_TABLES } from "../../storage/sql/moving/handling.ts";
import { placedAlready } from "../../storage/sql/moving/placed.ts";
import { type RowSource, rowsIn, rowsNow } from "../../storage/sql/moving/row-source.ts";
import type { TableRow } from "../../storage/sql/moving/rows.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import { MIGRATIONS } from "../../storage/sql/schema/migrations.ts";
import type { ContentProgress } from "../moving/copy-content.ts";
import { copyOne, inParallel } from "../moving/copy-one.ts";
import { MovingError } from "../moving/moving-error.ts";
import { assertTogether, type Side } from "../moving/target.ts";
import type { ScrubProblem } from "../scrub.ts";
import type { BackupFolder } from "./backup-folder.ts";
import { type Cut, type CutTable, FORMAT } from "./cut.ts";
import { writeTable } from "./table-files.ts";

export interface BackupOptions {
  readonly signal: AbortSignal;
  readonly onPart?: (part: "content" | "tables", totals?: { readonly contents: number; readonly bytes: number }) => void;
  readonly onContent?: (progress: ContentProgress) => void;
  readonly onRows?: (table: string, rows: number) => void;
}

export interface CreatedCut {
  readonly name: string;
  readonly cut: Cut;
  /** Contents that came to the folder with this cut, and bytes of them: all others it had. */
  readonly newContents: number;
  readonly newBytes: number;
  /** The cut before is of other stores: of another registry, or of this one before it was moved or restored. */
  readonly followsOther: boolean;
}

/** Cuts that are tried while a collector takes away what is to be copied. */
const ATTEMPTS = 5;

/** Content that is in the view of the database went away before it was copied. */
class CollectedError extends Error {}

/**
 * Makes a cut of a registry that goes on: content first, then the database as it is at one moment, with the content that came in between. Content
 * that a collector takes in that time makes another cut necessary, so that no collector ever waits for a backup.
 * @throws MovingError
 */
export async function createBackup(source: Side, folder: BackupFolder, options: BackupOptions): Promise<CreatedCut> {
  const origin = await assertTogether(source);
  const before = (await folder.names()).at(-1);
  const last = before === undefined ? undefined : await folder.read(before).catch(() => undefined);
  const followsOther = last !== undefined && last.origin !== origin;
  const copied = { contents: 0, bytes: 0 };
  const keeping = { source, content: folder.content, copied, ...options };
  for (let attempt = 1; ; attempt++) {
    options.onPart?.("content", await source.tables.snapshot(contentTotals));
    await keepContent(rowsNow(source.tables), { ...keeping, ahead: true });
    try {
      const cut = await source.tables.snapshot((x) => makeCut(x, origin, keeping));
      return { name: await folder.write(cut), cut, newContents: copied.contents, newBytes: copied.bytes, followsOther };
    } catch (error) {
      if (!(error instanceof CollectedError)) throw error;
      if (attempt === ATTEMPTS) throw new MovingError("content went away again and again while it was copied: run the command when no collection is under way");
    }
  }
}

interface Keeping extends BackupOptions {
  readonly source: Side;
  readonly content: ContentStore;
  /** Sums that grow. */
  readonly copied: { contents: number; bytes: number };
  /** What is not there may have been removed. */
  readonly ahead?: boolean;
}

async function makeCut(x: Connection, origin: string, keeping: Keeping): Promise<Cut> {
  const createdAt = new Date(await databaseTime(x)).toISOString();
  const rows = rowsIn(x);
  const totals = await contentTotals(x);
  const damaged = await keepContent(rows, keeping);
  keeping.onPart?.("tables");
  const tables: CutTable[] = [];
  for (const table of MOVED_TABLES) {
    const pages = table.name === CONTENT_TABLE.name ? carriedPages(rows) : rows.pages(table);
    tables.push(await writeTable(table, told(table.name, pages, keeping), keeping.content));
  }
  return { format: FORMAT, createdAt, schemaVersion: MIGRATIONS.length, origin, ...totals, damaged, tables };
}

async function* carriedPages(rows: RowSource): AsyncGenerator<readonly TableRow[]> {
  for await (const page of rows.pages(CONTENT_TABLE)) yield page.map(carried);
}

async function* told(table: string, pages: AsyncIterable<readonly TableRow[]>, { signal, onRows }: Keeping): AsyncGenerator<readonly TableRow[]> {
  for await (const page of pages) {
    signal.throwIfAborted();
    yield page;
    onRows?.(table, page.length);
  }
}

/** Brings all content into the folder that is not there yet, and tells what is damaged at the source. */
async function keepContent(rows: RowSource, { source, content, copied, ahead = false, signal, onContent }: Keeping): Promise<ScrubProblem[]> {
  const damaged: ScrubProblem[] = [];
  for await (const page of rows.pages(LOCATED_CONTENT_TABLE)) {
    await inParallel(page.map(carried).filter(hasBytes), async ({ digest, size, location }) => {
      signal.throwIfAborted();
      if ((await content.stat({ digest })) === size) return onContent?.({ bytes: size, copied: false });
      const result = await copyOne({ digest, size, location: location ?? undefined }, { from: source.content, to: content, signal });
      onContent?.({ bytes: size, copied: typeof result !== "string" });
      if (typeof result !== "string") {
        copied.contents++;
        copied.bytes += size;
      } else if (!ahead) {
        if (!(await isStillThere(source.tables, digest, location))) throw new CollectedError();
        damaged.push({ digest, kind: "blob", problem: result });
      }
    });
  }
  return damaged;
}

/** Whether the database, as it is now, still has this very copy of content: then it is the content store that has lost it. */
async function isStillThere(tables: TableDatabase, digest: Digest, location: string | null | undefined): Promise<boolean> {
  const row = (await tables.change((x) => placedAlready(x, [{ digest } as ContentRow]))).get(digest);
  return row !== undefined && hasBytes(row) && (row.location ?? null) === (location ?? null);
}
