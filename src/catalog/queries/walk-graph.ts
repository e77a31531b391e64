import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { GraphEdge, GraphStore } from "../../storage/metadata/catalog/graph.ts";

/** `down` follows edges to what a manifest needs, `up` to what needs it. */
export type Direction = "down" | "up";

export interface Walk {
  readonly root: Digest;
  /** Each is followed from the root by itself. */
  readonly directions: readonly Direction[];
  readonly limits: { readonly depth: number; readonly nodes: number; readonly edges: number };
}

export interface Walked {
  /** In the order in which they were met, the root first. */
  readonly digests: readonly Digest[];
  /** Between these; the same edge once. */
  readonly edges: readonly GraphEdge[];
  /** A limit left something out. */
  readonly truncated: boolean;
}

/** Digests whose edges are asked for at once. */
const BATCH = 100;

/** Walks a graph breadth first within limits. Each node is followed once, so that cycles and shared parts cost nothing. */
export async function walkGraph(graph: GraphStore, repository: RepositoryName, { root, directions, limits }: Walk): Promise<Walked> {
  const digests = new Set<Digest>([root]);
  const edges = new Map<string, GraphEdge>();
  let truncated = false;

  /** Adds edges of these nodes and gives the nodes one step further that may have edges themselves. */
  async function step(direction: Direction, nodes: readonly Digest[], followed: Set<Digest>): Promise<Digest[]> {
    const budget = limits.edges - edges.size;
    const found = await edgesOf(graph, repository, direction, nodes, budget + 1);
    if (found.length > budget) truncated = true;
    const next: Digest[] = [];
    for (const edge of found.slice(0, budget)) {
      const target = direction === "down" ? edge.to : edge.from;
      if (!digests.has(target) && digests.size >= limits.nodes) {
        truncated = true;
        continue;
      }
      digests.add(target);
      edges.set(edgeKey(edge), edge);
      if (followed.has(target) || (direction === "down" && isLeaf(edge))) continue;
      followed.add(target);
      next.push(target);
    }
    return next;
  }

  for (const direction of directions) {
    const followed = new Set([root]);
    let frontier: readonly Digest[] = [root];
    for (let depth = 0; depth < limits.depth && frontier.length > 0 && !truncated; depth++) {
      const next: Digest[] = [];
      for (let at = 0; at < frontier.length && !truncated; at += BATCH) next.push(...(await step(direction, frontier.slice(at, at + BATCH), followed)));
      frontier = next;
    }
    if (frontier.length > 0 && !truncated) truncated = (await edgesOf(graph, repository, direction, frontier, 1)).length > 0;
  }
  return { digests: [...digests], edges: [...edges.values()], truncated };
}

function edgesOf(graph: GraphStore, repository: RepositoryName, direction: Direction, nodes: readonly Digest[], limit: number): Promise<GraphEdge[]> {
  return direction === "down" ? graph.edgesFrom(repository, nodes, limit) : graph.edgesTo(repository, nodes, limit);
}

function isLeaf({ kind }: GraphEdge): boolean {
  return kind === "config" || kind === "layer";
}

function edgeKey({ from, to, kind, platform }: GraphEdge): string {
  return `${from} ${to} ${kind} ${platform === undefined ? "" : formatPlatform(platform)}`;
}
