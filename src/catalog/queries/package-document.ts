import type { Principal } from "../../access/principal.ts";
import type { PackageDocument } from "../../api/packages.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { PackageRow } from "../../storage/metadata/catalog/packages.ts";
import type { Catalog } from "../catalog.ts";
import { formatTime } from "./time.ts";

/**
 * One package, as the caller sees it.
 * @throws RegistryError `NAME_UNKNOWN`
 */
export async function getPackage(catalog: Catalog<"packages">, principal: Principal, name: RepositoryName): Promise<PackageDocument> {
  const row = await catalog.metadata.packages.find(name);
  if (row === undefined) throw unknownRepository(name);
  return packageDocument(catalog, principal, row);
}

/** A row of a list as a document. */
export function packageDocument({ access }: Pick<Catalog, "access">, principal: Principal, row: PackageRow): PackageDocument {
  const { latest } = row;
  return {
    name: row.name,
    namespace: row.namespace,
    project: row.project,
    contentType: row.contentType ?? null,
    title: row.title ?? null,
    description: row.description ?? null,
    declared: { description: row.declared.description ?? null, contentType: row.declared.contentType ?? null },
    labels: row.labels,
    owner: row.owner ?? null,
    visibility: row.visibility,
    policies: row.policies,
    latest: latest === undefined ? null : { tag: latest.tag, version: latest.version ?? null, digest: latest.digest },
    counts: row.counts,
    platforms: [...row.platforms],
    signed: row.signed,
    pulls: row.pulls,
    created: formatTime(row.createdAt),
    updated: formatTime(row.updatedAt),
    actions: access.actions(principal, row.name),
  };
}
