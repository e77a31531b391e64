import type { Graph } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import { type Direction, nodeKind, type ReadEdges, type WalkEdge } from "../../packages/graph.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";
import type { KnownTags } from "./tag-digests.ts";

export type Node = Graph["nodes"][number];

/** Nodes whose edges are asked for at most, in each direction. */
const VISIT_LIMIT = 300;

/** An edge, and what stands at its other end. */
interface Step {
  readonly edge: WalkEdge;
  readonly node: Node;
}

/** What stands around nodes of a graph, as the distribution API tells it. */
export class Neighbours {
  /** What was met, the root included. */
  readonly nodes = new Map<Digest, Node>();
  readonly #repository: PlainRepository;
  readonly #known: KnownTags;
  readonly #visited = { down: 0, up: 0 };
  #incomplete = false;
  #indexes: Promise<readonly PlainArtifact[]> | undefined;

  constructor(repository: PlainRepository, known: KnownTags, root: Node) {
    this.#repository = repository;
    this.#known = known;
    this.nodes.set(root.digest, { ...root, tags: known.of(root.digest) });
  }

  /** A limit left something out. */
  get incomplete(): boolean {
    return this.#incomplete;
  }

  readonly read: ReadEdges<WalkEdge> = async (direction, digests, limit) => {
    if (direction === "up" && !this.#known.complete) this.#incomplete = true;
    const steps = (await mapParallel(this.#visit(direction, digests), (digest) => this.#steps(direction, digest))).flat();
    for (const { node } of steps) if (!this.nodes.has(node.digest)) this.nodes.set(node.digest, node);
    return steps.slice(0, limit).map(({ edge }) => edge);
  };

  /** Those that there is room for. */
  #visit(direction: Direction, digests: readonly Digest[]): readonly Digest[] {
    const visited = digests.slice(0, Math.max(0, VISIT_LIMIT - this.#visited[direction]));
    this.#visited[direction] += visited.length;
    if (visited.length < digests.length) this.#incomplete = true;
    return visited;
  }

  async #steps(direction: Direction, digest: Digest): Promise<readonly Step[]> {
    return direction === "down" ? await this.#needs(digest) : await this.#neededBy(digest);
  }

  /** What a manifest needs: config, layers, children and its subject. */
  async #needs(digest: Digest): Promise<readonly Step[]> {
    const node = this.nodes.get(digest);
    if (node?.kind !== "manifest" || manifestKind(node.mediaType) === undefined) return [];
    const artifact = await readable(this.#repository, digest);
    return (artifact?.manifest.edges ?? []).map(({ kind, digest: to, mediaType, size, platform }) => ({
      edge: { from: digest, to, kind, platform },
      node: { digest: to, kind: nodeKind(kind), mediaType, size, type: null, tags: this.#known.of(to), missing: false },
    }));
  }

  /** What needs a manifest: its referrers, and the indexes with a tag that list it. */
  async #neededBy(digest: Digest): Promise<readonly Step[]> {
    this.#indexes ??= mapParallel(this.#known.indexes, (index) => readable(this.#repository, index)).then((indexes) =>
      indexes.filter((index) => index !== undefined),
    );
    const listings = (await this.#indexes).flatMap((index) => this.#listings(index, digest));
    const referrers = (await this.#repository.referrers(digest)).map(({ digest: from, mediaType, size, artifactType }): Step => {
      const node: Node = { digest: from, kind: "manifest", mediaType, size, type: artifactType || null, tags: this.#known.of(from), missing: false };
      return { edge: { from, to: digest, kind: "subject", platform: undefined }, node };
    });
    return [...listings, ...referrers];
  }

  #listings({ descriptor, manifest }: PlainArtifact, child: Digest): Step[] {
    const { digest: from, mediaType, size } = descriptor;
    const node: Node = { digest: from, kind: "manifest", mediaType, size, type: null, tags: this.#known.of(from), missing: false };
    return manifest.edges
      .filter(({ kind, digest }) => kind === "child" && digest === child)
      .map(({ platform }) => ({ edge: { from, to: child, kind: "child", platform }, node }));
  }
}

/** The manifest, unless it is not there or cannot be parsed: such a one leads nowhere. */
export async function readable(repository: PlainRepository, digest: Digest): Promise<PlainArtifact | undefined> {
  try {
    return await repository.artifact(digest);
  } catch (error) {
    if (error instanceof Error && error.name === "RegistryError") return undefined;
    throw error;
  }
}
