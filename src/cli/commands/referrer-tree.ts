import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import type { ReferrerNode } from "./referrers.output.ts";

/** Referrers of referrers that are followed, and referrers in all: a registry may list anything. */
const DEPTH_LIMIT = 8;
const COUNT_LIMIT = 1000;

export interface ReferrerTree {
  readonly nodes: readonly ReferrerNode[];
  readonly complete: boolean;
}

/** What belongs to a subject: by itself, or by a tag that is made of the subject's digest. */
export interface ListedReferrer {
  readonly descriptor: Descriptor;
  readonly tag?: Tag;
}

/** Everything that refers to a manifest, directly or not. Each is there once on a path. */
export async function readReferrerTree(subject: Digest, list: (subject: Digest) => Promise<readonly ListedReferrer[]>): Promise<ReferrerTree> {
  let count = 0;
  let complete = true;
  async function below(digest: Digest, path: ReadonlySet<Digest>): Promise<ReferrerNode[]> {
    const nodes: ReferrerNode[] = [];
    for (const { descriptor, tag } of await list(digest)) {
      if (path.has(descriptor.digest)) continue;
      if (path.size > DEPTH_LIMIT || ++count > COUNT_LIMIT) {
        complete = false;
        break;
      }
      const referrers = await below(descriptor.digest, new Set([...path, descriptor.digest]));
      nodes.push(nodeOf(descriptor, tag, referrers));
    }
    return nodes;
  }
  return { nodes: await below(subject, new Set([subject])), complete };
}

/** The nodes of these types, and those that lead to one. */
export function onlyTypes(nodes: readonly ReferrerNode[], types: readonly string[]): ReferrerNode[] {
  return nodes.flatMap((node) => {
    const referrers = onlyTypes(node.referrers, types);
    return referrers.length > 0 || types.includes(node.artifactType ?? "") ? [{ ...node, referrers }] : [];
  });
}

/** Lines that show the tree. */
export function* drawTree(nodes: readonly ReferrerNode[], indent = ""): Generator<string> {
  for (const [at, node] of nodes.entries()) {
    const last = at === nodes.length - 1;
    yield `${indent}${last ? "└── " : "├── "}${node.artifactType ?? node.mediaType}`;
    const inner = `${indent}${last ? "    " : "│   "}`;
    yield `${inner}${node.digest}${node.tag === null ? "" : ` (${node.tag.slice(node.tag.lastIndexOf("."))} tag)`}`;
    yield* drawTree(node.referrers, inner);
  }
}

function nodeOf({ mediaType, digest, size, artifactType, annotations }: Descriptor, tag: Tag | undefined, referrers: ReferrerNode[]): ReferrerNode {
  return { mediaType, digest, size, artifactType: artifactType || null, tag: tag ?? null, annotations: annotations ?? {}, referrers };
}
