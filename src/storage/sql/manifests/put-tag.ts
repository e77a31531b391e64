import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { TagStore } from "../../metadata/tags.ts";
import { MANIFEST_KIND } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command } from "../engine/statement.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { internTerms } from "../repositories/terms.ts";
import { pointTags, type TagGoal, tagTargets, termsOfTags } from "../tags/change.ts";
import { typesIn } from "./description.ts";
import { childEdges } from "./refresh.ts";
import { type ManifestRow, visibleManifest } from "./row.ts";
import { taggingFindings } from "./tagging-policies.ts";
import type { TypedManifest } from "./type-policy.ts";

/** What has a tag is kept. */
export const KEEP_TAGGED = command(() => sql`UPDATE manifest SET untagged_at = NULL WHERE id = ${"id"}`);

type Result = Awaited<ReturnType<TagStore["put"]>>;

export async function putTag(x: Executor, request: RepositoryChange & { readonly tag: Tag; readonly digest: Digest }): Promise<Result> {
  const { repository: name, tag, digest, now } = request;
  const repository = await lockRepository(x, name);
  const manifest = repository === undefined ? undefined : await visibleManifest(x, repository.id, digest);
  if (repository === undefined || manifest === undefined) return { outcome: "unknown" };
  const before = await tagTargets(x, name, [tag]);
  if (before.get(tag)?.digest === digest) return { outcome: "stored", warnings: [] };

  const goal = goalOf(manifest, digest);
  const findings = await taggingFindings(x, { repository: name, known: repository, tags: [tag], before }, await typedManifest(x, name, manifest));
  const refusal = findings.find((finding) => finding.level === "enforce");
  if (refusal !== undefined) return { outcome: "refused", finding: refusal };

  const counters = new RepositoryCounters(repository.id);
  x.send(KEEP_TAGGED, { id: manifest.id });
  await pointTags(x, counters, request, { tags: [tag], before, goal, terms: await internTerms(x, termsOfTags([tag], goal.kind)) });
  await counters.write(x, now);
  return { outcome: "stored", warnings: findings };
}

/** What the type policy looks at of a manifest that is stored, visible or not. */
export async function typedManifest(x: Executor, repository: RepositoryName, manifest: ManifestRow): Promise<TypedManifest> {
  const kind = manifest.kind === MANIFEST_KIND.index ? "index" : "image";
  const type = manifest.type ?? undefined;
  const edges = kind === "index" ? await childEdges(x, manifest.id) : [];
  const { childTypes } = await typesIn(x, repository, { kind, artifactType: type, configMediaType: undefined, edges });
  return {
    kind,
    type,
    childTypes,
    declaresType: manifest.artifact_type_id !== null,
    hasSubject: manifest.subject_content_id !== null,
    typeProblem: manifest.type_problem ?? undefined,
  };
}

export function goalOf(manifest: ManifestRow, digest: Digest): TagGoal {
  return {
    id: manifest.id,
    digest,
    kind: manifest.kind === MANIFEST_KIND.index ? "index" : "image",
    type: manifest.type_id ?? undefined,
    title: manifest.title ?? undefined,
  };
}
