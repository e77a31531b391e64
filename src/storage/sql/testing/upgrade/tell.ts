import { digestOf } from "../../../../oci/digest.ts";
import type { MetadataStore } from "../../../metadata/store.ts";
import { ALICE, type Artifact } from "./narrator.ts";
import { tellPushes } from "./story.ts";
import { tellAccounts, tellCatalog } from "./story-catalog.ts";

/** The versions of the schema since which there are users, the catalog, and the activity of uploads. */
export const ACCOUNTS = 2;
export const CATALOG = 3;
const SECRETS = 5;
const ACCOUNT_STATES = 6;
const ACTIVITY = 7;
/** Since then content that was announced stays so. */
export const CLAIM = 8;
const RUNS = 10;

/** The story, as far as a database of this version of the schema has it. */
export async function tell(store: MetadataStore, version: number): Promise<readonly Artifact[]> {
  const artifacts = await tellPushes(store);
  if (version >= CATALOG) await tellCatalog(store, artifacts);
  if (version >= ACCOUNTS) await tellAccounts(store);
  if (version >= SECRETS) await store.coordination.sharedSecret(SECRET, new Uint8Array(32).fill(7));
  if (version >= ACCOUNT_STATES) {
    await store.accounts.setPassword("bob", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$again", ALICE, LONG_AGO);
    await store.accounts.editUser("bob", { addGroups: ["guests"], disabled: true }, ALICE, LONG_AGO);
  }
  if (version >= CLAIM) await store.coordination.claimContent({ identity: "content-1" });
  if (version >= RUNS) await store.collection.noteRun("scrub", LONG_AGO);
  return artifacts;
}

/** What not every later version keeps. */
export async function tellLeftovers(store: MetadataStore): Promise<void> {
  await store.blobs.reserve(ANNOUNCED, LONG_AGO, LONG_AGO);
}

/** What a database of this version of the schema is upgraded to, beside what it says: the same for a database that is not. */
export async function tellUpgrade(store: MetadataStore, version: number): Promise<void> {
  if (version >= CLAIM) await tellLeftovers(store);
  if (version >= ACTIVITY) return;
  for (const { id, createdAt, expiresAt } of await store.uploads.listExpired(2_000_000_000_000, 100)) await store.uploads.extend(id, createdAt, expiresAt);
}

/** Versions of which fresh databases are told the same. */
export function tellsLike(version: number): number {
  return [RUNS, CLAIM, ACTIVITY, ACCOUNT_STATES, SECRETS, CATALOG, ACCOUNTS].find((since) => version >= since) ?? 1;
}

/** The name of a secret that processes share. */
export const SECRET = "secret";

/** Content that was announced and never came. */
export const ANNOUNCED = digestOf("announced");

const LONG_AGO = 1_800_300_000_000;
