import { randomUUID } from "node:crypto";
import type { ContentStore } from "../../storage/content-store.ts";
import { claimContent, contentClaim, lease } from "../../storage/sql/coordination.ts";
import { tableInUse } from "../../storage/sql/moving/filling.ts";
import type { MovedTable } from "../../storage/sql/moving/handling.ts";
import { FILL_LEASE } from "../../storage/sql/moving/leases.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import { type HeldLease, holdLease } from "./held-lease.ts";
import { MovingError } from "./moving-error.ts";

/** Content and database of one registry, as what moves it sees them. */
export interface Side {
  readonly content: ContentStore;
  readonly tables: TableDatabase;
}

export interface FillOptions {
  /** What it is filled from, by a word that nothing else has. */
  readonly origin: string;
  readonly signal: AbortSignal;
  readonly waiting?: ((holder: string) => void) | undefined;
  /** The content store is that of the source: its content is no obstacle. */
  readonly sharesContent: boolean;
  /** The tables that there are; default: those of this program. */
  readonly moved?: readonly MovedTable[] | undefined;
}

/** A target that is being filled: of no use for anything else before `finish`, or after something else has emptied it. */
export interface Filling {
  readonly lease: HeldLease;
  /** An earlier try had begun. */
  readonly resumed: boolean;
  /** All is there: has content and database know each other, and lets servers have it. */
  finish(): Promise<void>;
  /** Leaves it half filled, for a further try, which may begin at once. */
  pause(): Promise<void>;
  /** Takes back what `beginFilling` did, when it began. */
  abandon(): Promise<void>;
}

/**
 * Takes an empty target, or one that an earlier try from the same origin has begun to fill.
 * @throws MovingError when it holds anything else
 */
export async function beginFilling(target: Side, { origin, signal, waiting, sharesContent, moved }: FillOptions): Promise<Filling> {
  const { content, tables } = target;
  const [before, inUse, claim] = await tables.snapshot(async (x) => [await lease(x, FILL_LEASE), await tableInUse(x, moved), await contentClaim(x)] as const);
  const identity = await content.identity();
  if (before !== undefined && originOf(before.holder) !== origin) {
    throw new MovingError("the target is half filled, from somewhere else: go on from there, or name an empty database and an empty content store");
  }
  if (before === undefined) {
    if (inUse !== undefined) throw new MovingError(`the database of the target is in use, it has rows in the table ${inUse}: name an empty one`);
    if (!sharesContent && (await holdsContent(content))) throw new MovingError("the content store of the target holds content: name an empty one");
    if (claim?.identity !== undefined && claim.identity !== identity) {
      throw new MovingError("the database of the target belongs to another content store than the target's: name an empty one");
    }
  }
  const holder = `${origin} ${randomUUID()}`;
  const held = await holdLease(tables, { name: FILL_LEASE, holder, signal, waiting });
  const pause = async (): Promise<void> => {
    held.leave();
    await tables.change((x) => x.run(`UPDATE lease SET until = 0 WHERE name = '${FILL_LEASE}' AND holder = $1`, [holder])).catch(() => undefined);
  };
  return {
    lease: held,
    resumed: before !== undefined,
    pause,
    abandon: () => (before === undefined ? held.release() : pause()),
    async finish() {
      const own = await content.claim(claim?.identity ?? randomUUID());
      await tables.change(async (x) => {
        await held.assertHeld(x);
        await claimContent(x, { identity: own, replace: true });
      });
      await held.release();
    },
  };
}

function originOf(holder: string): string {
  return holder.slice(0, holder.lastIndexOf(" "));
}

async function holdsContent(content: ContentStore): Promise<boolean> {
  for await (const _ of content.list()) return true;
  return false;
}

/**
 * Looks whether content and database are each other's.
 * @throws MovingError
 */
export async function assertTogether({ content, tables }: Side): Promise<string> {
  const [identity, claim] = [await content.identity(), await tables.snapshot(contentClaim)];
  if (identity === undefined || claim?.identity === undefined) {
    throw new MovingError("content and metadata database do not know each other yet: start `opm serve` once, which looks whether they fit");
  }
  if (identity !== claim.identity) throw new MovingError("the metadata database belongs to another content store: check storage.content and storage.metadata");
  return identity;
}
