import type { z } from "zod";
import type { restoreBody, restored } from "../api/tags.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import { parseTag, type Tag } from "../oci/tag.ts";
import { requireAdmittedTypes } from "../registry/admission.ts";
import { unknownRepository } from "../registry/blobs.ts";
import { refusedByPolicy } from "../registry/policy-error.ts";
import type { Ports } from "../storage/metadata/store.ts";
import type { Catalog } from "./catalog.ts";
import type { Author } from "./projects.ts";

/**
 * Points a tag to what it pointed to before, or to any manifest that the repository still has, deleted or not, under the project's
 * policies and the list of types.
 * @returns also what the policies have to say of it
 * @throws RegistryError `NAME_UNKNOWN`, `MANIFEST_UNKNOWN` when there is nothing to go back to or it was collected, `DENIED`
 */
export async function restoreTag(
  { metadata, types, now }: Catalog<"manifests" | "tags" | "repositories">,
  { actor }: Pick<Author, "actor">,
  repository: RepositoryName,
  body: z.output<typeof restoreBody>,
): Promise<{ readonly reply: z.input<typeof restored>; readonly warnings: readonly string[] }> {
  const tag = parseTag(body.tag);
  const digest = body.digest ?? (await before(metadata, repository, tag));
  requireAdmittedTypes(types(), await metadata.manifests.types(repository, digest));
  const result = await metadata.tags.restore({ repository, tag, digest, actor, now: now() });
  if (result.outcome === "refused") throw refusedByPolicy(result.finding);
  if (result.outcome === "gone") {
    const message = `${digest} is not in ${repository} any more: its content was collected, push it again`;
    throw new RegistryError("MANIFEST_UNKNOWN", message, { detail: { digest } });
  }
  const warnings = result.outcome === "restored" ? result.warnings.map(({ message }) => message) : [];
  return { reply: { name: repository, tag, digest, changed: result.outcome === "restored" }, warnings };
}

/** What the tag pointed to before its last change, whatever has become of tag and repository. */
async function before(metadata: Ports<"tags" | "repositories">, repository: RepositoryName, tag: Tag): Promise<Digest> {
  const [last] = await metadata.tags.listEvents(repository, tag, { limit: 1 });
  if (last?.from !== undefined) return last.from;
  if (last !== undefined)
    throw new RegistryError("MANIFEST_UNKNOWN", `the tag ${tag} of ${repository} never pointed to anything else; name a digest to restore`);
  if ((await metadata.repositories.find(repository)) === undefined) throw unknownRepository(repository);
  throw new RegistryError("MANIFEST_UNKNOWN", `the tag ${tag} of ${repository} has no history; see 'opm history' for those that have`);
}
