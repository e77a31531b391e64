import { isDigest } from "../oci/digest.ts";

/** What is said of a tag or digest that a repository does not have. */
export function unknownReference(where: string, reference: string): string {
  return `${where} has no ${isDigest(reference) ? "content" : "tag"} ${reference}`;
}
