import { digestOf } from "../../oci/digest.ts";
import { emptyTables } from "../../storage/sql/moving/filling.ts";
import { rowsIn } from "../../storage/sql/moving/row-source.ts";
import { type ContentProgress, copyContent } from "../moving/copy-content.ts";
import { copyTables, differences, sumTables, type TableSums } from "../moving/copy-tables.ts";
import { beginFilling, type Side } from "../moving/target.ts";
import type { ScrubProblem } from "../scrub.ts";
import type { BackupFolder } from "./backup-folder.ts";
import { type Cut, tablesOf } from "./cut.ts";
import { rowsOfCut } from "./table-files.ts";

export interface RestoreOptions {
  readonly name: string;
  readonly cut: Cut;
  readonly signal: AbortSignal;
  readonly onPart?: (part: "content" | "tables" | "comparison", totals?: { readonly contents: number; readonly bytes: number }) => void;
  readonly onContent?: (progress: ContentProgress) => void;
  readonly onRows?: (table: string, rows: number) => void;
  readonly onWaiting?: (message: string) => void;
}

export interface Restored {
  readonly contents: number;
  readonly bytes: number;
  readonly rows: number;
  /** Content that the backup does not have, or that is damaged in it: all else is there. */
  readonly problems: readonly ScrubProblem[];
}

/**
 * Makes a registry of a cut, in stores that are empty or that an earlier try has begun to fill. The database is that of the program that made the
 * cut; the next start brings it up to date.
 * @throws MovingError
 */
export async function restoreBackup(folder: BackupFolder, target: Side, options: RestoreOptions): Promise<Restored> {
  const { name, cut, onPart, onContent, onRows, onWaiting } = options;
  const tables = tablesOf(name, cut);
  const origin = `backup ${digestOf(JSON.stringify(cut))}`;
  const waiting = () => onWaiting?.("waiting for another `opm backup restore`, or for the end of what one that was broken off has reserved");
  const filling = await beginFilling(target, { origin, sharesContent: false, signal: options.signal, waiting, moved: tables });
  const signal = AbortSignal.any([options.signal, filling.lease.lost]);
  try {
    const source = rowsOfCut(cut, folder.content);
    await target.tables.change((x) => emptyTables(x, tables));
    onPart?.("content", cut);
    const content = await copyContent(source, { from: folder.content, to: target, resumed: filling.resumed, signal, onProgress: onContent });
    onPart?.("tables");
    const { sums, problems } = await copyTables(source, target.tables, { signal, onRows, tables });
    onPart?.("comparison");
    const written: TableSums = new Map(cut.tables.map((table) => [table.name, table]));
    const found = await target.tables.snapshot((x) => sumTables(rowsIn(x), { signal, tables }));
    const different = [...differences(written, sums), ...differences(written, found)];
    if (different.length > 0) throw new Error(`the target is not what the backup says: ${different.join("; ")}`);
    await filling.finish();
    const rows = [...sums.values()].reduce((total, sum) => total + sum.rows, 0);
    return { contents: content.contents, bytes: content.bytes, rows, problems: [...content.problems, ...problems] };
  } catch (error) {
    await filling.pause();
    throw error;
  }
}
