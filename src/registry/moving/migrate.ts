import { randomUUID } from "node:crypto";
import { lease } from "../../storage/sql/coordination.ts";
import { contentTotals } from "../../storage/sql/moving/content-rows.ts";
import { emptyTables } from "../../storage/sql/moving/filling.ts";
import { FILL_LEASE } from "../../storage/sql/moving/leases.ts";
import { type RowSource, rowsIn, rowsNow } from "../../storage/sql/moving/row-source.ts";
import type { ScrubProblem } from "../scrub.ts";
import { type ContentProgress, type CopiedContent, type CopyContentOptions, copyContent } from "./copy-content.ts";
import { copyTables, differences, sumTables } from "./copy-tables.ts";
import { MovingError } from "./moving-error.ts";
import { stopChanges } from "./stop-changes.ts";
import { assertTogether, beginFilling, type Side } from "./target.ts";

/** What a migration tells of itself, as it goes on. */
export interface MigrationListener {
  /** A part begins, with what there is to do, as far as that is known. */
  readonly onPart?: (part: "content" | "stop" | "tables" | "comparison", totals?: { readonly contents: number; readonly bytes: number }) => void;
  readonly onContent?: (progress: ContentProgress) => void;
  readonly onRows?: (table: string, rows: number) => void;
  /** Another process is waited for. */
  readonly onWaiting?: (message: string) => void;
}

export interface MigrationOptions extends MigrationListener {
  readonly signal: AbortSignal;
}

export interface MigrationReport {
  /** Contents that were copied, and bytes of them; those that an earlier try had copied are not among them. */
  readonly contents: number;
  readonly bytes: number;
  readonly rows: number;
  /** Content that is damaged at the source, and is missing at the target. */
  readonly problems: readonly ScrubProblem[];
  /** Milliseconds that the source took no changes before all was there. */
  readonly stoppedFor: number;
}

/** Bytes that may be left for the time in which changes are stopped, and rounds in which that is tried. */
const ENOUGH = 256 * 1024 * 1024;
const ROUNDS = 5;

/**
 * Moves a registry to other stores. All content is copied while the source serves, changes too; then changes of the source stop, what came in
 * between and the tables are copied, both sides are compared, and the source stays closed to changes: whatever it took from then on would be
 * lost. Where anything fails before that, the source is as it was, and a further try goes on from there.
 * @throws MovingError
 */
export async function migrate(source: Side, target: Side, options: MigrationOptions): Promise<MigrationReport> {
  const { onPart, onWaiting } = options;
  const origin = await assertTogether(source);
  const sharesContent = (await target.content.identity()) === origin;
  const waiting = () => onWaiting?.("waiting for another `opm migrate`, or for the end of what one that was broken off has reserved");
  const filling = await beginFilling(target, { origin, sharesContent, waiting, signal: options.signal });
  if ((await source.tables.snapshot((x) => lease(x, FILL_LEASE))) !== undefined) {
    await filling.abandon();
    throw new MovingError("source and target have the same database, or the source is itself half filled: name another one");
  }
  try {
    const signal = AbortSignal.any([options.signal, filling.lease.lost]);
    const ahead = sharesContent ? [] : await copyAhead(source, target, { ...options, signal });
    onPart?.("stop");
    const stop = await stopChanges(source.tables, { holder: randomUUID(), sharesContent, resumed: filling.resumed, signal, waiting });
    const since = performance.now();
    try {
      const moving = { ...options, signal: AbortSignal.any([signal, stop.lease.lost]), sharesContent, resumed: filling.resumed };
      const { content, rows, problems } = await source.tables.snapshot((x) => moveAll(rowsIn(x), { source, target }, moving));
      await stop.close();
      await filling.finish();
      const copied = [...ahead, content];
      return {
        contents: copied.reduce((sum, { contents }) => sum + contents, 0),
        bytes: copied.reduce((sum, { bytes }) => sum + bytes, 0),
        rows,
        problems,
        stoppedFor: Math.round(performance.now() - since),
      };
    } catch (error) {
      await stop.reopen();
      throw error;
    }
  } catch (error) {
    await filling.pause();
    throw error;
  }
}

/** Copies content while the source serves, until little is left for the time in which it takes no changes. */
async function copyAhead(source: Side, target: Side, { signal, onPart, onContent }: MigrationOptions): Promise<CopiedContent[]> {
  const rounds: CopiedContent[] = [];
  do {
    onPart?.("content", await source.tables.snapshot(contentTotals));
    rounds.push(await copyContent(rowsNow(source.tables), { from: source.content, to: target, ahead: true, signal, onProgress: onContent }));
  } while ((rounds.at(-1)?.bytes ?? 0) > ENOUGH && rounds.length < ROUNDS);
  return rounds;
}

interface Moved {
  readonly content: CopiedContent;
  readonly rows: number;
  readonly problems: readonly ScrubProblem[];
}

/** Copies all that is not there yet of a source that stands still, and compares. */
async function moveAll(
  from: RowSource,
  { source, target }: { readonly source: Side; readonly target: Side },
  { signal, sharesContent, resumed, onPart, onContent, onRows }: MigrationOptions & Pick<CopyContentOptions, "sharesContent" | "resumed">,
): Promise<Moved> {
  // What an earlier try has left may refer to content that is another by now.
  await target.tables.change((x) => emptyTables(x));
  const content = await copyContent(from, { from: source.content, to: target, sharesContent, resumed, signal, onProgress: onContent });
  onPart?.("tables");
  const { sums, problems } = await copyTables(from, target.tables, { signal, onRows });
  onPart?.("comparison");
  const different = differences(sums, await target.tables.snapshot((x) => sumTables(rowsIn(x), { signal })));
  if (different.length > 0) throw new Error(`source and target are not the same: ${different.join("; ")}`);
  const rows = [...sums.values()].reduce((total, sum) => total + sum.rows, 0);
  return { content, rows, problems: [...content.problems, ...problems] };
}
