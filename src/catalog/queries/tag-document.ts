import type { TagDocument } from "../../api/tags.ts";
import { isImmutable, overwriteRule } from "../../oci/tag-class.ts";
import { descriptorDocument } from "../../packages/descriptor.ts";
import type { ProjectPolicies } from "../../storage/metadata/catalog/policies.ts";
import type { TagRow } from "../../storage/metadata/tags.ts";
import { formatTime } from "./time.ts";

/** A tag as lists show it. */
export function tagDocument(row: TagRow, policies: ProjectPolicies): TagDocument {
  const { manifest } = row;
  return {
    tag: row.tag,
    class: row.class,
    rule: row.rule,
    version: row.version ?? null,
    prerelease: row.prerelease,
    immutable: isImmutable(row.class),
    overwrite: overwriteRule(row.class, policies.versions),
    resolvesTo: row.resolvesTo ?? null,
    moves: row.moves,
    descriptor: descriptorDocument(manifest),
    contentType: manifest.type ?? null,
    title: manifest.title ?? null,
    description: manifest.description ?? null,
    platforms: [...manifest.platforms],
    referrers: manifest.referrers,
    signed: manifest.signed,
    pushed: formatTime(manifest.pushedAt),
    updated: formatTime(row.updatedAt),
    pulled: row.pulledAt === undefined ? null : formatTime(row.pulledAt),
    pulls: row.pulls,
    pushedBy: manifest.pushedBy,
    problem: manifest.problem ?? null,
  };
}
