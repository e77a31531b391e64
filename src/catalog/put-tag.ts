import type { z } from "zod";
import type { putTagBody, tagPut } from "../api/tags.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import { parseTag } from "../oci/tag.ts";
import { requireAdmittedTypes } from "../registry/admission.ts";
import { refusedByPolicy } from "../registry/policy-error.ts";
import type { Catalog } from "./catalog.ts";
import type { Author } from "./projects.ts";
import { findManifest } from "./queries/find-manifest.ts";

/**
 * Points a tag to a manifest of the same repository, under the project's policies and the list of types.
 * @returns also what the policies have to say of it
 * @throws RegistryError `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `DENIED`
 */
export async function putTag(
  { metadata, types, now }: Catalog<"manifests" | "tags" | "repositories">,
  { actor }: Pick<Author, "actor">,
  repository: RepositoryName,
  body: z.output<typeof putTagBody>,
): Promise<{ readonly reply: z.input<typeof tagPut>; readonly warnings: readonly string[] }> {
  const tag = parseTag(body.tag);
  const { digest } = (await findManifest(metadata, repository, body.to)).manifest;
  requireAdmittedTypes(types(), await metadata.manifests.types(repository, digest));
  const result = await metadata.tags.put({ repository, tag, digest, actor, now: now() });
  if (result.outcome === "refused") throw refusedByPolicy(result.finding);
  if (result.outcome === "unknown") throw new RegistryError("MANIFEST_UNKNOWN", `repository ${repository} has no manifest ${digest} any more`);
  return { reply: { name: repository, tag, digest }, warnings: result.warnings.map(({ message }) => message) };
}
