import { randomUUID } from "node:crypto";
import type { Stores } from "./registry.ts";

/**
 * How the content store and the database belong together. `unclaimed`: one of them does not know the other, as with those that
 * were made by a version before identities, or put back without its counterpart.
 */
export type Belonging = "same" | "foreign" | "unclaimed";

/** Content and database are not each other's, so nothing was begun with them. */
export class StoreIdentityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StoreIdentityError";
  }
}

/** Compares the identity of the content store with the one that the database remembers. */
export async function compareStores({ content, metadata }: Stores<"coordination">): Promise<Belonging> {
  const [claim, identity] = await Promise.all([metadata.coordination.contentClaim(), content.identity()]);
  if (claim?.identity === undefined || identity === undefined) return "unclaimed";
  return claim.identity === identity ? "same" : "foreign";
}

/** @throws StoreIdentityError unless the stores are each other's */
export async function assertSameStores(stores: Stores<"coordination">): Promise<void> {
  const belonging = await compareStores(stores);
  if (belonging === "foreign") throw new StoreIdentityError(`${FOREIGN}: ${REMEDY}`);
  if (belonging === "unclaimed") {
    throw new StoreIdentityError(
      "the content store and the metadata database do not know each other yet: start `opm serve` once, which looks whether they fit",
    );
  }
}

const FOREIGN = "the metadata database belongs to another content store";
const REMEDY = "check storage.content and storage.metadata, or restore both from one backup; `opm serve --adopt` takes them for each other's";

export interface ClaimOptions {
  /** The word of the operator that they belong together, whatever they say. */
  readonly adopt?: boolean;
  /** The content store begins empty with every process. */
  readonly ephemeral?: boolean;
}

/**
 * Makes sure that the content store and the database belong together. Where both are new, or one of them is of a version that
 * wrote no identity and they fit, an identity is written to both; a claim that broke off is gone on with.
 * @throws StoreIdentityError when they do not fit; then nothing was changed
 */
export async function claimStores(stores: Stores<"coordination" | "collection">, { adopt = false, ephemeral = false }: ClaimOptions = {}): Promise<void> {
  const { content, metadata } = stores;
  const [claim, identity] = await Promise.all([metadata.coordination.contentClaim(), content.identity()]);
  if (claim?.identity !== undefined && claim.identity === identity) return;
  if (!adopt && !ephemeral) {
    if (claim?.identity !== undefined && identity !== undefined) throw new StoreIdentityError(`${FOREIGN}: ${REMEDY}`);
    if (claim === undefined || claim.identity !== undefined) {
      const doubt = doubtOf({ database: claim !== undefined, content: identity !== undefined }, await look(stores));
      if (doubt !== undefined) throw new StoreIdentityError(`${doubt}: ${REMEDY}`);
    }
  }
  await metadata.coordination.claimContent({});
  const own = await content.claim(claim?.identity ?? randomUUID());
  await metadata.coordination.claimContent({ identity: own, replace: adopt });
  if ((await metadata.coordination.contentClaim())?.identity !== own) throw new StoreIdentityError(`${FOREIGN}: ${REMEDY}`);
}

/** What a look at a part of both found. */
interface Evidence {
  /** Contents of the content store, and how many of these the database knows. */
  readonly stored: number;
  readonly known: number;
  /** Blobs that the database names, and how many of these are there. */
  readonly named: number;
  readonly present: number;
}

/** Contents that are looked at on each side. */
const SAMPLE = 200;

async function look({ content, metadata }: Stores<"collection">): Promise<Evidence> {
  let [stored, known, present] = [0, 0, 0];
  for await (const copy of content.list()) {
    stored++;
    if (await metadata.collection.knows(copy)) known++;
    if (stored === SAMPLE) break;
  }
  const named = (await metadata.collection.listContent({ limit: 5 * SAMPLE })).filter(({ kind }) => kind === "blob").slice(0, SAMPLE);
  for (const blob of named) if ((await content.stat(blob)) !== undefined) present++;
  return { stored, known, named: named.length, present };
}

/** Why the two may not be each other's, when only the marked ones have an identity; undefined when they fit. */
function doubtOf(marked: { readonly database: boolean; readonly content: boolean }, { stored, known, named, present }: Evidence): string | undefined {
  if (marked.content) {
    return known * 2 > stored ? undefined : `the content store belongs to another metadata database: this one knows ${known} of ${stored} contents looked at`;
  }
  if (named > 0 && present * 2 <= named) return `of ${named} blobs that the metadata database names, ${present} are in the content store`;
  if (marked.database && named === 0) return FOREIGN;
  if (named === 0 && stored > 0 && known === 0) return "the content store holds content, and the metadata database is new";
  return undefined;
}
