import { digestOf } from "../../../oci/digest.ts";
import type { MetadataStore } from "../../metadata-store.ts";
import type { Artifact } from "./narrator.ts";
import { tellPushes } from "./story.ts";
import { tellAccounts, tellCatalog } from "./story-catalog.ts";

/** The versions of the schema that have users, and that have a catalog, at least. */
export const ACCOUNTS = 2;
export const CATALOG = 3;

/** The story, as far as a database that began with this version of the schema could have it. */
export async function tell(store: MetadataStore, version: number): Promise<readonly Artifact[]> {
  const artifacts = await tellPushes(store);
  if (version >= CATALOG) await tellCatalog(store, artifacts);
  if (version >= ACCOUNTS) await tellAccounts(store);
  return artifacts;
}

/** Content that was announced and never came. */
export const ANNOUNCED = digestOf("announced");

const LONG_AGO = 1_800_300_000_000;

/** What databases hold that no later version keeps. */
export async function tellLeftovers(store: MetadataStore): Promise<void> {
  await store.reserveContent(ANNOUNCED, LONG_AGO, LONG_AGO);
}
