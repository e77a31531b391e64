import type { z } from "zod";
import type { Principal } from "../../access/principal.ts";
import type { Dependents, dependentsQuery } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { dependencyDocument, isMet } from "../../packages/dependencies.ts";
import type { DependentRow } from "../../storage/metadata/catalog/graph.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Ports } from "../../storage/metadata/store.ts";
import type { Catalog } from "../catalog.ts";
import { findManifest } from "./find-manifest.ts";
import { numberOf, type Page, pageSize } from "./paging.ts";

/** Pages of the store that one request looks through for dependents whose requirement is met. */
const SCANS = 10;

/** The version that was asked for: its digest, and all the tags that point to it. */
interface Asked {
  readonly digest: Digest;
  readonly tags: readonly string[];
}

/**
 * What depends on a package, in repositories that the caller may pull from; with a reference what that version satisfies,
 * or may satisfy.
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`
 */
export async function dependents(
  { metadata, access }: Catalog<"manifests" | "tags" | "repositories" | "graph">,
  principal: Principal,
  name: RepositoryName,
  query: z.output<typeof dependentsQuery>,
  position: Position | undefined,
): Promise<Page<Dependents>> {
  const asked = query.reference === undefined ? undefined : await findAsked(metadata, name, query.reference);
  const keys = await metadata.graph.providedKeys(name);
  const limit = pageSize(query.n);
  const visible = access.filter(principal, "pull");
  const rows: Dependents["dependents"] = [];
  let after = numberOf(position);
  for (let scan = 0; scan < SCANS && rows.length < limit; scan++) {
    const page = await metadata.graph.dependents({ keys, digest: asked?.digest, after, limit: limit - rows.length, visible });
    for (const row of page.rows.filter((each) => !isPart(each))) {
      const satisfied = asked === undefined ? null : isMet(row.dependency, asked);
      if (satisfied !== false) rows.push(dependentDocument(row, satisfied));
    }
    after = page.next;
    if (after === undefined) break;
  }
  return { reply: { name, keys, dependents: rows }, next: after === undefined ? undefined : { key: after, name: "" } };
}

/** A manifest of a component version that its index speaks for, or that was replaced when somebody signed. */
function isPart({ dependency, tags }: DependentRow): boolean {
  return dependency.kind === "ocm-component" && tags.length === 0;
}

function dependentDocument(row: DependentRow, satisfied: boolean | null): Dependents["dependents"][number] {
  const { repository, digest, declaredBy, tags, dependency } = row;
  return { repository, digest, declaredBy, tags: [...tags], dependency: dependencyDocument(dependency), satisfied };
}

/** Tags of one manifest that are compared with requirements. */
const TAGS = 100;

async function findAsked(metadata: Ports<"manifests" | "tags" | "repositories">, name: RepositoryName, reference: string): Promise<Asked> {
  const { manifest, tag } = await findManifest(metadata, name, reference);
  return { digest: manifest.digest, tags: tag === undefined ? await metadata.tags.listOf(name, manifest.digest, TAGS) : [tag] };
}
