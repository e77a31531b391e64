import type { z } from "zod";
import type { pruneBody, pruned } from "../api/tags.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { type Audience, audienceOf } from "../registry/audience.ts";
import { unknownRepository } from "../registry/blobs.ts";
import { createDependentsCheck, dependentsFinding } from "../registry/dependents.ts";
import type { Catalog } from "./catalog.ts";
import type { Author } from "./projects.ts";
import { type Candidate, findCandidates, type PruneRule } from "./prune-candidates.ts";
import { keepReached, loadPruneGraph, type PruneGraph } from "./prune-graph.ts";
import { formatTime } from "./queries/time.ts";

type Pruned = z.input<typeof pruned>;

/** Tags that one request looks at, and removes. */
const LOOK = 10_000;
const REMOVE = 1000;

/** Tags that stay which an answer names, and warnings of one. */
const NAMED = 1000;
const WARNINGS = 5;

/**
 * Removes old tags: their content goes with the collector, once its time is over. What a tag that stays, an index or a subject
 * reaches stays, and so does what others depend on where the project's policy says so. Needs the right to delete, and goes over
 * the version policy: that is for pushes.
 * @throws RegistryError `NAME_UNKNOWN`, `BODY_INVALID` when nothing says which tags are old
 */
export async function pruneTags(
  catalog: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  { principal, actor }: Author,
  name: RepositoryName,
  body: z.output<typeof pruneBody>,
): Promise<{ readonly reply: Pruned; readonly warnings: readonly string[] }> {
  const { metadata, access, now } = catalog;
  const rule = ruleOf(body, now());
  if ((await metadata.repositories.find(name)) === undefined) throw unknownRepository(name);
  const { candidates, more } = await findCandidates(metadata.tags, name, rule, LOOK);
  const graph = await loadPruneGraph(metadata, name, candidates);
  const kept = new Map<Tag, string>();
  keepReached(candidates, graph, kept);
  const warnings = await keepForDependents(catalog, name, { candidates, graph, kept }, audienceOf(access, principal));
  keepReached(candidates, graph, kept);

  const all = candidates.filter(({ tag }) => !kept.has(tag));
  const chosen = all.slice(0, REMOVE);
  const dryRun = body.dryRun === true;
  const removed = dryRun ? new Set(chosen.map(({ tag }) => tag)) : new Set(await metadata.tags.prune({ repository: name, tags: chosen, actor, now: now() }));
  for (const { tag } of chosen) if (!removed.has(tag)) kept.set(tag, "it was changed meanwhile");
  const reason = reasonOf(rule);
  const reply: Pruned = {
    name,
    dryRun,
    removed: chosen
      .filter(({ tag }) => removed.has(tag))
      .map((candidate) => ({
        tag: candidate.tag,
        class: candidate.class,
        digest: candidate.digest,
        updated: formatTime(candidate.updatedAt),
        reason: reason(candidate),
      })),
    kept: [...kept].slice(0, NAMED).map(([tag, why]) => ({ tag, reason: why })),
    more: removed.size > 0 && (more || all.length > chosen.length),
  };
  return { reply, warnings };
}

function ruleOf({ keepLast, olderThan, classes, name }: z.output<typeof pruneBody>, now: number): PruneRule {
  if (keepLast === undefined && olderThan === undefined) {
    throw new RegistryError("BODY_INVALID", "body: say which tags are old by keepLast, olderThan or both", { detail: { field: "keepLast" } });
  }
  const before = olderThan === undefined ? undefined : Math.max(0, now - olderThan * 1000);
  return { keepLast: keepLast ?? 0, before, classes: [...new Set(classes ?? (["semver"] as const))], name };
}

interface Pruning {
  readonly candidates: readonly Candidate[];
  readonly graph: PruneGraph;
  readonly kept: Map<Tag, string>;
}

/** By the policy of the project: keeps what others depend on, or says so. */
async function keepForDependents(
  { metadata }: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  repository: RepositoryName,
  { candidates, graph, kept }: Pruning,
  audience: Audience,
): Promise<string[]> {
  const level = (await metadata.repositories.policies(repository)).dependents;
  if (level === "off") return [];
  const going = candidates.filter(({ tag }) => !kept.has(tag));
  const gone = new Set<string>(going.map(({ tag }) => tag));
  const check = await createDependentsCheck(metadata, { repository, gone, audience });
  const warnings: string[] = [];
  for (const { tag, digest } of going.slice(0, REMOVE)) {
    const removal = { repository, tags: [tag], digest, last: graph.tagsOf(digest).every((name) => gone.has(name)) };
    const broken = await check(removal);
    if (broken.length === 0) continue;
    const { message } = dependentsFinding(level, removal, broken, audience);
    if (level === "enforce") kept.set(tag, message);
    else if (warnings.length < WARNINGS) warnings.push(message);
  }
  return warnings;
}

function reasonOf({ keepLast, before }: PruneRule): (candidate: Candidate) => string {
  return (candidate) => {
    const parts = keepLast > 0 ? [`not among the last ${keepLast} of class ${candidate.class}`] : [];
    if (before !== undefined) parts.push(`not changed since ${formatTime(before)}`);
    return parts.length === 0 ? "none is to be kept" : parts.join(", ");
  };
}
