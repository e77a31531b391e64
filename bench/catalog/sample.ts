import type { Digest } from "../../src/oci/digest.ts";
import type { RepositoryName } from "../../src/oci/name.ts";
import type { Tag } from "../../src/oci/tag.ts";
import { versionKey } from "../../src/oci/version.ts";
import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import { plans } from "./plan.ts";

/** What questions ask for: things that are there, from all of the database. */
export interface Sample {
  readonly repositories: readonly { readonly name: RepositoryName; readonly updatedAt: number; readonly pulls: number; readonly versionKey: string }[];
  /** Manifests that a tag points to. */
  readonly manifests: readonly { readonly repository: RepositoryName; readonly digest: Digest; readonly tag: Tag }[];
  /** Layers, some of which many images share. */
  readonly blobs: readonly Digest[];
}

const SIZE = 1000;

/** Draws a sample of about a thousand of each, evenly. */
export async function drawSample(store: MetadataStore, scale: number): Promise<Sample> {
  const all = [...plans(scale)].slice(1);
  const chosen = all.filter((_, index) => index % Math.max(1, Math.floor(all.length / SIZE)) === 0);
  const repositories: Sample["repositories"][number][] = [];
  const manifests: Sample["manifests"][number][] = [];
  const blobs: Digest[] = [];
  for (const { name } of chosen) {
    const row = await store.packages.find(name as RepositoryName);
    if (row?.latest === undefined) continue;
    const { tag, digest } = row.latest;
    repositories.push({
      name: row.name,
      updatedAt: row.updatedAt,
      pulls: row.pulls,
      versionKey: row.latest.version === undefined ? "" : versionKey(row.latest.version),
    });
    manifests.push({ repository: row.name, digest, tag });
    const edges = await store.manifests.edges(row.name, digest);
    const layers = edges.filter(({ kind }) => kind === "layer").map((edge) => edge.digest);
    blobs.push(...layers);
  }
  return { repositories, manifests, blobs };
}
