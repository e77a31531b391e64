import type { z } from "zod";
import type { Plan, planBody } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { nothingForPlatform } from "../../packages/platform-choice.ts";
import type { GraphEdge, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { platformManifest } from "./platforms.ts";

/** Elements of an artifact that one plan names, and levels of indexes. */
const ELEMENTS = 20_000;
const DEPTH = 8;

/** Manifests whose elements are asked for at once. */
const BATCH = 100;

type Element = Plan["need"][number];

/**
 * What a client still needs of an artifact, each element once, given what it has. With a platform it is the index and its
 * manifest for that platform.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `PLATFORM_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function planPull(
  { metadata }: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  name: RepositoryName,
  { want, platform, have }: z.output<typeof planBody>,
): Promise<Plan> {
  const { manifest } = await findManifest(metadata, name, want);
  const { digest, mediaType, size } = manifest;
  const elements = new Map<Digest, Element>([[digest, { digest, mediaType, size, kind: "manifest" }]]);
  let roots = [digest];
  const asked = platform === undefined ? undefined : parsePlatform(platform);
  if (asked !== undefined) {
    const child = await platformManifest(metadata, name, manifest, asked);
    if (child === undefined) throw new RegistryError("PLATFORM_UNKNOWN", nothingForPlatform(`${want} of repository ${name}`, asked), { detail: { platform } });
    elements.set(child.digest, { digest: child.digest, mediaType: child.mediaType, size: child.size, kind: "manifest" });
    roots = [child.digest];
  }
  const truncated = await collectElements(metadata.graph, name, roots, elements);
  return planOf({ name, digest, truncated }, [...elements.values()], new Set(have));
}

function planOf(about: Pick<Plan, "name" | "digest" | "truncated">, elements: readonly Element[], has: ReadonlySet<Digest>): Plan {
  const need = elements.filter(({ digest }) => !has.has(digest));
  const have = elements.filter(({ digest }) => has.has(digest)).map(({ digest }) => digest);
  return { ...about, need, have, bytes: sizeOf(need), totalBytes: sizeOf(elements) };
}

/** Adds what manifests consist of, and gives whether a limit left something out. */
async function collectElements(graph: GraphStore, name: RepositoryName, roots: readonly Digest[], elements: Map<Digest, Element>): Promise<boolean> {
  let manifests = roots;
  for (let depth = 0; manifests.length > 0; depth++) {
    if (depth === DEPTH) return true;
    const children: Digest[] = [];
    for (let at = 0; at < manifests.length; at += BATCH) {
      const budget = ELEMENTS - elements.size;
      const edges = await graph.edgesFrom(name, manifests.slice(at, at + BATCH), budget + 1);
      for (const edge of await present(graph, name, edges.slice(0, budget))) {
        if (elements.has(edge.to)) continue;
        elements.set(edge.to, { digest: edge.to, mediaType: edge.mediaType, size: edge.size, kind: edge.kind === "child" ? "manifest" : "blob" });
        if (edge.kind === "child") children.push(edge.to);
      }
      if (edges.length > budget) return true;
    }
    manifests = children;
  }
  return false;
}

/** Parts that the repository has, with their true size: children of an index and foreign layers may be elsewhere. */
async function present(graph: GraphStore, name: RepositoryName, edges: readonly GraphEdge[]): Promise<GraphEdge[]> {
  const parts = edges.filter(({ kind }) => kind !== "subject");
  const digests = parts.map(({ to }) => to);
  const sizes = new Map((await graph.held(name, digests)).filter(({ deleted }) => !deleted).map(({ digest, size }) => [digest, size]));
  return parts.flatMap((edge) => {
    const size = sizes.get(edge.to);
    return size === undefined ? [] : [{ ...edge, size }];
  });
}

function sizeOf(elements: readonly Element[]): number {
  return elements.reduce((bytes, { size }) => bytes + size, 0);
}
