import type { OperationId } from "../../api/operations.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { etagOf } from "../etag.ts";

/**
 * Operations whose answers follow from the tags and manifests of one repository alone: one number tells whether they
 * are still the same. What counts pulls, depends on other repositories or on the caller has its tag from the answer itself.
 */
const BY_REVISION: ReadonlySet<OperationId> = new Set(["resolveVersion"]);

/**
 * The entity tag of an answer, known before there is one; undefined where that cannot be.
 * @param answer `key` stands for the request
 */
export async function revisionTag(
  { metadata }: Catalog,
  answer: { readonly id: OperationId; readonly key: string; readonly mediaType: string; readonly name: RepositoryName | undefined },
): Promise<string | undefined> {
  if (answer.name === undefined || !BY_REVISION.has(answer.id)) return undefined;
  const repository = await metadata.repositories.find(answer.name);
  if (repository === undefined) return undefined;
  // A repository that was removed and made again begins to count anew.
  const state = [answer.key, answer.mediaType, repository.createdAt, repository.revision];
  return etagOf(new Bun.CryptoHasher("sha256").update(JSON.stringify(state)).digest("base64url"));
}
