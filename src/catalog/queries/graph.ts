import type { z } from "zod";
import type { Graph, graphQuery } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { directionsOf, edgeDocument, GRAPH_LIMITS, nodeKind, walkGraph } from "../../packages/graph.ts";
import type { GraphEdge, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import type { Catalog } from "../catalog.ts";
import { findContent } from "./find-manifest.ts";

type Node = Graph["nodes"][number];

/**
 * The graph of index, manifests, configs, layers and subjects around a manifest or blob, breadth first.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function graph(
  { metadata }: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  name: RepositoryName,
  query: z.output<typeof graphQuery>,
): Promise<Graph> {
  const root = await findContent(metadata, name, query.reference);
  const { depth = GRAPH_LIMITS.depth, n: nodes = GRAPH_LIMITS.nodes, direction } = query;
  const walk = { root, directions: directionsOf(direction), limits: { ...GRAPH_LIMITS, depth, nodes } };
  const { digests, edges, truncated } = await walkGraph(walk, (towards, from, limit) =>
    towards === "down" ? metadata.graph.edgesFrom(name, from, limit) : metadata.graph.edgesTo(name, from, limit),
  );
  return { name, root, nodes: await describeNodes(metadata.graph, name, digests, edges), edges: edges.map(edgeDocument), truncated };
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
      kind: nodeKind(edge?.kind),
      mediaType: edge?.mediaType ?? "application/octet-stream",
      size: content?.size ?? edge?.size ?? 0,
      type: null,
      tags: [],
      missing: content === undefined || content.deleted,
    };
  });
}
