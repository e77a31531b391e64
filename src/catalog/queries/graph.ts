import type { z } from "zod";
import type { Graph, graphQuery } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { GraphEdge, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { Catalog } from "../catalog.ts";
import { findContent } from "./find-manifest.ts";
import { type Direction, walkGraph } from "./walk-graph.ts";

type Node = Graph["nodes"][number];

/** Steps, nodes and edges of one answer. */
const DEPTH = 8;
const NODES = 1000;
const EDGES = 5000;

/**
 * The graph of index, manifests, configs, layers and subjects around a manifest or blob, breadth first.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function graph({ metadata }: Catalog, name: RepositoryName, query: z.output<typeof graphQuery>): Promise<Graph> {
  const root = await findContent(metadata, name, query.reference);
  const limits = { depth: query.depth ?? DEPTH, nodes: query.n ?? NODES, edges: EDGES };
  const directions: readonly Direction[] = query.direction === "both" ? ["down", "up"] : [query.direction ?? "down"];
  const { digests, edges, truncated } = await walkGraph(metadata.graph, name, { root, directions, limits });
  return { name, root, nodes: await describeNodes(metadata.graph, name, digests, edges), edges: edges.map(shownEdge), truncated };
}

/** What each digest stands for: what the repository has, else what an edge says of it. */
async function describeNodes(graph: GraphStore, name: RepositoryName, digests: readonly Digest[], edges: readonly GraphEdge[]): Promise<Node[]> {
  const manifests = new Map((await graph.manifests(name, digests)).map((manifest) => [manifest.digest, manifest]));
  const rest = digests.filter((digest) => !manifests.has(digest));
  const held = new Map((await graph.held(name, rest)).map((content) => [content.digest, content]));
  const named = new Map(edges.map((edge) => [edge.to, edge]));
  return digests.map((digest): Node => {
    const manifest = manifests.get(digest);
    if (manifest !== undefined) {
      const { mediaType, size, type, tags } = manifest;
      return { digest, kind: "manifest", mediaType, size, type: type ?? null, tags: [...tags], missing: false };
    }
    const edge = named.get(digest);
    const content = held.get(digest);
    return {
      digest,
      kind: edge?.kind === "child" || edge?.kind === "subject" ? "manifest" : "blob",
      mediaType: edge?.mediaType ?? "application/octet-stream",
      size: content?.size ?? edge?.size ?? 0,
      type: null,
      tags: [],
      missing: content === undefined || content.deleted,
    };
  });
}

function shownEdge({ from, to, kind, platform }: GraphEdge): Graph["edges"][number] {
  return { from, to, kind, ...(platform !== undefined && { platform: formatPlatform(platform) }) };
}
