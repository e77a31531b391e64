import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";
import type { Ports } from "../storage/metadata/store.ts";
import type { Audience } from "./audience.ts";
import { type DependentsPort, findBrokenDependents } from "./dependents.ts";

/** Steps up from content, a layer in an image in an index in an index, and manifests that are looked at. */
const DEPTH = 4;
const MANIFESTS = 100;

/** Tags of one of them. */
const TAGS = 100;

/**
 * The finding of the project's policy on what others depend on, if a blob or manifest is about to go from under manifests that stay
 * and that others need as a whole. The look is bounded.
 * @param audience decides which dependents count, and which are named
 */
export async function findBrokenCarriers(
  metadata: Ports<DependentsPort>,
  { repository, digest }: { readonly repository: RepositoryName; readonly digest: Digest },
  audience: Audience,
): Promise<PolicyFinding | undefined> {
  if ((await metadata.repositories.policies(repository)).dependents === "off") return undefined;
  const seen = new Set([digest]);
  let level: readonly Digest[] = [digest];
  for (let depth = 0; depth < DEPTH && level.length > 0 && seen.size <= MANIFESTS; depth++) {
    const edges = await metadata.graph.edgesTo(repository, level, MANIFESTS);
    const above = new Set(edges.filter(({ kind }) => kind !== "subject").map(({ from }) => from));
    level = [...above].filter((carrier) => !seen.has(carrier));
    for (const carrier of level) {
      seen.add(carrier);
      const removal = { repository, digest: carrier, tags: await metadata.tags.listOf(repository, carrier, TAGS), last: true };
      const finding = await findBrokenDependents(metadata, removal, audience);
      if (finding !== undefined) return finding;
    }
  }
  return undefined;
}
