import { type Digest, isDigest } from "../../oci/digest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";
import type { GraphAnswer } from "../packages/answers.ts";
import type { GraphQuery } from "../packages/package-source.ts";
import { type Edge, type Neighbours, type Node, neededBy, needs, readable } from "./neighbours.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainRepository } from "./plain-repository.ts";
import { contentTypeOf } from "./platforms.ts";
import { knownTags } from "./tag-digests.ts";

/** Steps and nodes of one answer; the package API has the same. */
const DEPTH = 8;
const NODE_LIMIT = 1000;

/** Nodes whose edges are asked for at most. */
const VISIT_LIMIT = 300;

/** What was met so far. */
interface Walked {
  readonly nodes: Map<Digest, Node>;
  readonly edges: Map<string, Edge>;
  truncated: boolean;
}

/**
 * The graph of index, manifests, configs, layers and subjects around a manifest or blob, breadth first. Upwards it knows referrers,
 * and indexes that have one of the three hundred tags that are looked up.
 * @throws ClientError `not-found`; `refused` for what needs a blob, which only the package API knows
 */
export async function plainGraph(repository: PlainRepository, reference: Tag | Digest, query: GraphQuery): Promise<GraphAnswer> {
  const { direction = "down", depth = DEPTH } = query;
  const [root, known] = await Promise.all([rootOf(repository, reference), knownTags(repository)]);
  if (root.kind === "blob" && direction !== "down") {
    throw new ClientError("refused", `${repository.label}@${root.digest} is a blob: what needs it is told by registries with the package API only`);
  }
  const walked: Walked = { nodes: new Map([[root.digest, { ...root, tags: known.of(root.digest, reference) }]]), edges: new Map(), truncated: false };
  if (direction !== "up" && root.kind === "manifest") await walk(walked, root.digest, depth, needs(repository, known));
  if (direction !== "down") {
    await walk(walked, root.digest, depth, await neededBy(repository, known));
    if (!known.complete) walked.truncated = true;
  }
  const nodes = await mapParallel([...walked.nodes.values()], (node) => described(repository, node));
  return { source: "computed", name: repository.repository, root: root.digest, nodes, edges: [...walked.edges.values()], truncated: walked.truncated };
}

/** Follows each node once, so that cycles and shared parts cost nothing. */
async function walk(walked: Walked, root: Digest, depth: number, neighbours: Neighbours): Promise<void> {
  const followed = new Set([root]);
  let frontier = [root];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const room = Math.max(0, VISIT_LIMIT - followed.size + frontier.length);
    if (frontier.length > room) walked.truncated = true;
    const steps = (await mapParallel(frontier.slice(0, room), neighbours)).flat();
    frontier = [];
    for (const { edge, node, goesOn } of steps) {
      if (!walked.nodes.has(node.digest) && walked.nodes.size >= NODE_LIMIT) {
        walked.truncated = true;
        continue;
      }
      if (!walked.nodes.has(node.digest)) walked.nodes.set(node.digest, node);
      walked.edges.set(`${edge.from} ${edge.to} ${edge.kind} ${edge.platform ?? ""}`, edge);
      if (!goesOn || followed.has(node.digest)) continue;
      followed.add(node.digest);
      frontier.push(node.digest);
    }
  }
  const beyond = await mapParallel(frontier.slice(0, VISIT_LIMIT), neighbours);
  if (beyond.some((steps) => steps.length > 0)) walked.truncated = true;
}

async function rootOf(repository: PlainRepository, reference: Tag | Digest): Promise<Node> {
  const head = await repository.head(reference);
  if (head !== undefined) return { digest: head.digest, kind: "manifest", mediaType: head.mediaType, size: head.size, type: null, tags: [], missing: false };
  const size = isDigest(reference) ? await repository.blobSize(reference) : undefined;
  if (isDigest(reference) && size !== undefined) {
    return { digest: reference, kind: "blob", mediaType: "application/octet-stream", size, type: null, tags: [], missing: false };
  }
  throw new ClientError("not-found", `${repository.label} has no ${isDigest(reference) ? "content" : "tag"} ${reference}, or it is not visible to this user`);
}

/** Type of a manifest, and whether it is there. Blobs are taken to be where their manifests say. */
async function described(repository: PlainRepository, node: Node): Promise<Node> {
  if (node.kind !== "manifest" || manifestKind(node.mediaType) === undefined) return node;
  if ((await repository.head(node.digest)) === undefined) return { ...node, missing: true };
  const artifact = await readable(repository, node.digest);
  return artifact === undefined ? node : { ...node, type: await contentTypeOf(repository, artifact) };
}
