import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { EdgeKind } from "../oci/manifest.ts";
import { formatPlatform } from "../oci/platform.ts";

/** What one manifest has of another, or of a blob. */
export interface WalkEdge {
  readonly from: Digest;
  readonly to: Digest;
  readonly kind: EdgeKind;
  readonly platform: Platform | undefined;
}

/** `down` follows edges to what a manifest needs, `up` to what needs it. */
export type Direction = "down" | "up";

/** Steps, nodes and edges of one answer, unless fewer are asked for. */
export const GRAPH_LIMITS = { depth: 8, nodes: 1000, edges: 5000 } as const;

export interface Walk {
  readonly root: Digest;
  /** Each is followed from the root by itself. */
  readonly directions: readonly Direction[];
  readonly limits: { readonly depth: number; readonly nodes: number; readonly edges: number };
}

/** The directions that a parameter names. */
export function directionsOf(direction: Direction | "both" = "down"): readonly Direction[] {
  return direction === "both" ? ["down", "up"] : [direction];
}

/** The first edges of nodes, in the order of the nodes. */
export type ReadEdges<E extends WalkEdge> = (direction: Direction, nodes: readonly Digest[], limit: number) => Promise<readonly E[]>;

export interface Walked<E extends WalkEdge> {
  /** In the order in which they were met, the root first. */
  readonly digests: readonly Digest[];
  /** Between these; the same edge once. */
  readonly edges: readonly E[];
  /** A limit left something out. */
  readonly truncated: boolean;
}

/** Nodes whose edges are asked for at once. */
const BATCH = 100;

/** Walks a graph breadth first within limits. Each node is followed once, so that cycles and shared parts cost nothing. */
export async function walkGraph<E extends WalkEdge>({ root, directions, limits }: Walk, read: ReadEdges<E>): Promise<Walked<E>> {
  const digests = new Set<Digest>([root]);
  const edges = new Map<string, E>();
  const cut = new Set<Direction>();

  /** Adds edges of these nodes and gives the nodes one step further that may have edges themselves. */
  async function step(direction: Direction, nodes: readonly Digest[], followed: Set<Digest>): Promise<Digest[]> {
    const budget = limits.edges - edges.size;
    const found = await read(direction, nodes, budget + 1);
    if (found.length > budget) cut.add(direction);
    const next: Digest[] = [];
    for (const edge of found.slice(0, budget)) {
      const target = direction === "down" ? edge.to : edge.from;
      if (!digests.has(target) && digests.size >= limits.nodes) {
        cut.add(direction);
        continue;
      }
      digests.add(target);
      edges.set(edgeKey(edge), edge);
      if (followed.has(target) || (direction === "down" && !isManifestEdge(edge.kind))) continue;
      followed.add(target);
      next.push(target);
    }
    return next;
  }

  for (const direction of directions) {
    const followed = new Set([root]);
    let frontier: readonly Digest[] = [root];
    for (let depth = 0; depth < limits.depth && frontier.length > 0 && !cut.has(direction); depth++) {
      const next: Digest[] = [];
      for (let at = 0; at < frontier.length && !cut.has(direction); at += BATCH) {
        next.push(...(await step(direction, frontier.slice(at, at + BATCH), followed)));
      }
      frontier = next;
    }
    if (frontier.length > 0 && !cut.has(direction) && (await read(direction, frontier, 1)).length > 0) cut.add(direction);
  }
  return { digests: [...digests], edges: [...edges.values()], truncated: cut.size > 0 };
}

/** True for an edge to a manifest: what an index lists, or the subject. The others lead to blobs. */
function isManifestEdge(kind: EdgeKind): boolean {
  return kind === "child" || kind === "subject";
}

/** What stands at the end of an edge, as far as the edge tells. */
export function nodeKind(kind: EdgeKind | undefined): "manifest" | "blob" {
  return kind !== undefined && isManifestEdge(kind) ? "manifest" : "blob";
}

/** An edge as documents show it. */
export function edgeDocument({ from, to, kind, platform }: WalkEdge): { from: Digest; to: Digest; kind: EdgeKind; platform?: string } {
  return { from, to, kind, ...(platform !== undefined && { platform: formatPlatform(platform) }) };
}

function edgeKey({ from, to, kind, platform }: WalkEdge): string {
  return `${from} ${to} ${kind} ${platform === undefined ? "" : formatPlatform(platform)}`;
}
