import type { ReadOptions } from "../../client/content/content.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import { isExcluded } from "../descriptor/no-content.ts";
import type { LocalBlob } from "../repository/component-repository.ts";
import { NODE_HASHES, parseHashAlgorithm } from "../signing/descriptor-digest.ts";
import { BLOB_DIGEST, differentDigest } from "../verification/element-digest.ts";
import type { CarriedElement } from "./carried-content.ts";

/**
 * Makes sure that content is what the digest of its element says, as far as its name in its place tells: the bytes themselves are
 * verified against that while they pass. They are read once more only where the digest is made in another way. Which artifact is in an
 * archive is left to those who verify.
 * @throws ComponentError `invalid` naming the element
 */
export async function checkContent({ digest, subject }: CarriedElement, blob: LocalBlob, options: ReadOptions = {}): Promise<void> {
  if (digest === undefined || isExcluded(digest)) return;
  const isOfBlob = digest.normalisationAlgorithm === BLOB_DIGEST;
  if (blob.content.kind === "layers" && !isOfBlob) return;
  const name = nameOf(blob);
  const isNamed = name !== undefined && digestAlgorithm(name) === NODE_HASHES[parseHashAlgorithm(digest.hashAlgorithm)];
  if (isNamed && digestEncoded(name) === digest.value.toLowerCase()) return;
  const actual = await differentDigest(blob, digest, options);
  if (actual === undefined) return;
  throw new ComponentError("invalid", `${subject}: its content is not what its digest says: expected ${digest.value}, found ${actual}`, { subject });
}

/** The digest that the bytes of a blob, or the manifest of an artifact, are stored under. */
function nameOf({ content }: LocalBlob): Digest | undefined {
  if (content.kind === "artifact") return content.root.digest;
  const [only, ...more] = content.layers;
  return more.length === 0 ? only?.digest : undefined;
}
