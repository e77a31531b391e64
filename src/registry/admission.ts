import type { TypeTable } from "../artifacts/type-table.ts";
import { RegistryError } from "../oci/errors.ts";
import { declaredType, type ParsedManifest } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Registry } from "./registry.ts";

/** Children of an index whose type is looked at: an index has one for each platform. */
const CHILDREN = 1000;

/**
 * Refuses artifacts of types that this registry does not take: whatever is pushed, referrers and what an index lists included.
 * @throws RegistryError `POLICY_VIOLATION`
 */
export async function requireAdmitted(
  { metadata, types }: Pick<Registry<"graph">, "metadata" | "types">,
  repository: RepositoryName,
  manifest: ParsedManifest,
): Promise<void> {
  const table = types();
  if (table.allow.length === 0 && table.deny.length === 0) return;
  const children = manifest.edges.filter((edge) => edge.kind === "child").slice(0, CHILDREN);
  const known =
    children.length === 0
      ? []
      : await metadata.graph.manifests(
          repository,
          children.map(({ digest }) => digest),
        );
  const all = [declaredType(manifest), ...children.map(({ artifactType }) => artifactType), ...known.map(({ type }) => type)];
  requireAdmittedTypes(table, all);
}

/** @throws RegistryError `POLICY_VIOLATION` for the first type that is not taken */
export function requireAdmittedTypes(table: Pick<TypeTable, "admits">, types: readonly (string | undefined)[]): void {
  for (const type of new Set(types)) {
    const admission = table.admits(type);
    if (!admission.ok) throw new RegistryError("POLICY_VIOLATION", admission.reason, { detail: { policy: "types", scope: "registry", type } });
  }
}
