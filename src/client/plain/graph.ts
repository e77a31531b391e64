import { type Digest, isDigest } from "../../oci/digest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { directionsOf, edgeDocument, GRAPH_LIMITS, walkGraph } from "../../packages/graph.ts";
import { ClientError } from "../client-error.ts";
import type { GraphAnswer } from "../packages/answers.ts";
import type { GraphQuery } from "../packages/package-source.ts";
import { Neighbours, type Node, readable } from "./neighbours.ts";
import { mapParallel } from "./parallel.ts";
import { absent, type PlainRepository } from "./plain-repository.ts";
import { contentTypeOf } from "./platforms.ts";
import { knownTags } from "./tag-digests.ts";

/**
 * The graph of index, manifests, configs, layers and subjects around a manifest or blob, breadth first. Upwards it knows referrers,
 * and indexes that have one of the three hundred tags that are looked up.
 * @throws ClientError `not-found`; `refused` for what needs a blob, which only the package API knows
 */
export async function plainGraph(repository: PlainRepository, reference: Tag | Digest, query: GraphQuery): Promise<GraphAnswer> {
  const { direction, depth = GRAPH_LIMITS.depth } = query;
  const directions = directionsOf(direction);
  const [root, known] = await Promise.all([rootOf(repository, reference), knownTags(repository, reference)]);
  if (root.kind === "blob" && directions.includes("up")) {
    throw new ClientError("refused", `${repository.label}@${root.digest} is a blob: what needs it is told by registries with the package API only`);
  }
  const neighbours = new Neighbours(repository, known, root);
  const { digests, edges, truncated } = await walkGraph({ root: root.digest, directions, limits: { ...GRAPH_LIMITS, depth } }, neighbours.read);
  const met = digests.map((digest) => neighbours.nodes.get(digest)).filter((node) => node !== undefined);
  return {
    source: "computed",
    name: repository.repository,
    root: root.digest,
    nodes: await mapParallel(met, (node) => described(repository, node)),
    edges: edges.map(edgeDocument),
    truncated: truncated || neighbours.incomplete,
  };
}

async function rootOf(repository: PlainRepository, reference: Tag | Digest): Promise<Node> {
  const head = await repository.head(reference);
  if (head !== undefined) return { digest: head.digest, kind: "manifest", mediaType: head.mediaType, size: head.size, type: null, tags: [], missing: false };
  const size = isDigest(reference) ? await repository.blobSize(reference) : undefined;
  if (isDigest(reference) && size !== undefined) {
    return { digest: reference, kind: "blob", mediaType: "application/octet-stream", size, type: null, tags: [], missing: false };
  }
  throw absent(repository, reference);
}

/** Type of a manifest, and whether it is there. Blobs are taken to be where their manifests say. */
async function described(repository: PlainRepository, node: Node): Promise<Node> {
  if (node.kind !== "manifest" || manifestKind(node.mediaType) === undefined) return node;
  if ((await repository.head(node.digest)) === undefined) return { ...node, missing: true };
  const artifact = await readable(repository, node.digest);
  return artifact === undefined ? node : { ...node, type: await contentTypeOf(repository, artifact) };
}
