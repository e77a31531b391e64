import { meetsCondition } from "../../../oci/tag-condition.ts";
import type { ManifestPut, ManifestPutResult } from "../../metadata/manifests.ts";
import { missingBlobs } from "../content/blobs.ts";
import type { Executor } from "../engine/executor.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { ensureLocked } from "../repositories/ensure.ts";
import { lockRepository } from "../repositories/locks.ts";
import { compareText } from "../repositories/reads.ts";
import { pointTags, tagTargets } from "../tags/change.ts";
import { typesIn } from "./description.ts";
import { earlierManifest, storeManifest } from "./store.ts";
import { taggingFindings } from "./tagging-policies.ts";

export async function putManifest(x: Executor, put: ManifestPut): Promise<ManifestPutResult> {
  const { repository: name, kind, subject, typeProblem } = put;
  const required = put.edges.filter((edge) => edge.required).map((edge) => edge.digest);
  const all = [...new Set(put.tags)].sort(compareText);
  // One round trip. The lock comes before the look at the blobs: from here on nobody removes them.
  const [known, missing, { type, childTypes }, before, earlier] = await Promise.all([
    lockRepository(x, name),
    missingBlobs(x, name, required),
    typesIn(x, name, put),
    tagTargets(x, name, all),
    earlierManifest(x, put),
  ]);
  if (missing.length > 0 && put.dryRun !== true) return { outcome: "missing", digests: missing };

  const tags = all.filter((tag) => before.get(tag)?.digest !== put.digest);
  // a tag that points to this very manifest already: the request came before, and its answer was lost
  const unmet = put.condition && tags.find((tag) => !meetsCondition(put.condition ?? {}, before.get(tag)?.digest));
  if (unmet !== undefined) return { outcome: "unmet", tag: unmet, digest: before.get(unmet)?.digest };
  const typed = { kind, type, childTypes, declaresType: put.artifactType !== undefined, hasSubject: subject !== undefined, typeProblem };
  const findings = await taggingFindings(x, { repository: name, known, tags, before }, typed);
  const refusal = findings.find((finding) => finding.level === "enforce");
  if (refusal !== undefined) return { outcome: "refused", finding: refusal };
  if (put.dryRun === true) return { outcome: "acceptable", missing, warnings: findings };

  const repository = known ?? (await ensureLocked(x, name, put.now));
  const counters = new RepositoryCounters(repository.id);
  const { created, changed, goal, terms } = await storeManifest(x, counters, { put, type, tags, earlier });
  const { now: at, actor, digest, mediaType } = put;
  counters.audit({ at, actor, action: "manifest.push", repository: name, digest, detail: { created, mediaType } });
  await pointTags(x, counters, put, { tags, before, goal, terms });
  await counters.write(x, created || changed || tags.length > 0 ? at : undefined);
  return { outcome: "stored", created, warnings: findings };
}
