import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { Ports } from "../storage/metadata/store.ts";
import type { Candidate } from "./prune-candidates.ts";

/** What keeps a manifest: its tags, the indexes that list it, and what it refers to. */
interface Node {
  readonly tags: readonly Tag[];
  readonly parents: readonly Digest[];
  readonly subject: Digest | undefined;
  /** Too much refers to it to look at: it stays. */
  readonly unknown: boolean;
}

/** What is needed to tell which manifests stay when tags go. */
export interface PruneGraph {
  /** Why a manifest stays without these tags, in one line; undefined: nothing needs it then. */
  reasonToStay(digest: Digest, gone: ReadonlySet<Tag>): string | undefined;
  tagsOf(digest: Digest): readonly Tag[];
}

/** Manifests of one query, and edges into them: an index lists some ten, and lies in few indexes itself. */
const CHUNK = 100;
const EDGES = 10_000;

/** Tags of one manifest. */
const TAGS = 1000;

/** Steps up from a candidate: an index in an index in an index. What lies further up keeps what it reaches. */
const DEPTH = 8;

/** Reads what surrounds the candidates, as far up as it matters. */
export async function loadPruneGraph(
  metadata: Ports<"graph" | "manifests" | "tags">,
  repository: RepositoryName,
  candidates: readonly Candidate[],
): Promise<PruneGraph> {
  const nodes = new Map<Digest, Node>();
  const subjects = new Map(candidates.map(({ digest, subject }) => [digest, subject]));
  const prunable = new Set(candidates.map(({ tag }) => tag));
  let open: readonly Digest[] = [...subjects.keys()];
  for (let depth = 0; depth <= DEPTH && open.length > 0; depth++) {
    for (let at = 0; at < open.length; at += CHUNK) await loadChunk(open.slice(at, at + CHUNK), depth === DEPTH);
    const next = open.flatMap((digest) => {
      const node = nodes.get(digest);
      // What a tag that is no candidate points to stays, whatever is above it.
      return node === undefined || node.tags.some((tag) => !prunable.has(tag)) ? [] : [...node.parents, ...(node.subject === undefined ? [] : [node.subject])];
    });
    open = [...new Set(next)].filter((digest) => !nodes.has(digest));
  }

  async function loadChunk(digests: readonly Digest[], last: boolean): Promise<void> {
    const edges = await metadata.graph.edgesTo(repository, digests, EDGES);
    for (const { digest, tags } of await metadata.graph.manifests(repository, digests)) {
      nodes.set(digest, {
        // The graph shows the first tags only.
        tags: tags.length < 10 ? tags : await metadata.tags.listOf(repository, digest, TAGS),
        parents: edges.filter(({ kind, to }) => kind === "child" && to === digest).map(({ from }) => from),
        subject: subjects.has(digest) ? subjects.get(digest) : (await metadata.manifests.summary(repository, digest))?.subject,
        unknown: last || edges.length >= EDGES,
      });
    }
  }

  return {
    tagsOf: (digest) => nodes.get(digest)?.tags ?? [],
    reasonToStay(digest, gone) {
      const known = new Map<Digest, string | undefined>();
      const reason = (of: Digest): string | undefined => {
        if (known.has(of)) return known.get(of);
        known.set(of, undefined);
        const found = look(of);
        known.set(of, found);
        return found;
      };
      const look = (of: Digest): string | undefined => {
        const node = nodes.get(of);
        if (node === undefined) return undefined;
        const tag = node.tags.find((name) => !gone.has(name));
        if (tag !== undefined) return `the tag ${tag} points to it`;
        if (node.unknown) return "too much refers to it to tell what does";
        const parent = node.parents.find((index) => reason(index) !== undefined);
        if (parent !== undefined) return `the index ${describe(parent)} lists it, which stays`;
        if (node.subject !== undefined && reason(node.subject) !== undefined) return `it refers to ${describe(node.subject)}, which stays`;
        return undefined;
      };
      const describe = (of: Digest): string => nodes.get(of)?.tags.find((name) => !gone.has(name)) ?? of;
      return reason(digest);
    },
  };
}

/** Adds to what is kept, with the reason, the candidates that are reached by what stays, until nothing more is. */
export function keepReached(candidates: readonly Candidate[], graph: PruneGraph, kept: Map<Tag, string>): void {
  const gone = new Set(candidates.map(({ tag }) => tag).filter((tag) => !kept.has(tag)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { tag, digest } of candidates) {
      const reason = gone.has(tag) ? graph.reasonToStay(digest, gone) : undefined;
      if (reason === undefined) continue;
      gone.delete(tag);
      kept.set(tag, reason);
      changed = true;
    }
  }
}
