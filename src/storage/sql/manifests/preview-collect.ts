import type { CollectionCutoffs, CollectionPreview } from "../../metadata/collection.ts";
import { beginCollect } from "../content/collect.ts";
import type { Executor } from "../engine/executor.ts";
import { command } from "../engine/statement.ts";
import { collectLinks } from "./collect-links.ts";

const BEGIN = command`SAVEPOINT preview`;
const UNDO = command`ROLLBACK TO SAVEPOINT preview`;
const END = command`RELEASE SAVEPOINT preview`;

/** Does what a collector would do, and takes it back: only so is counted what becomes free step by step. */
export async function previewCollect(x: Executor, cutoffs: CollectionCutoffs): Promise<CollectionPreview> {
  await x.query(BEGIN);
  try {
    const { limit, now } = cutoffs;
    let [manifests, links, more] = [0, 0, true];
    while (more && manifests + links < limit) {
      const counts = await collectLinks(x, cutoffs);
      manifests += counts.manifests;
      links += counts.links;
      more = counts.more;
    }
    const chosen = await beginCollect(x, { now, limit });
    const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
    return { manifests, links, blobs: chosen.length, bytes, complete: !more && chosen.length < limit };
  } finally {
    await x.query(UNDO);
    await x.query(END);
  }
}
