import { digestOf } from "../oci/digest.ts";
import type { StoredManifest } from "./content/content.ts";
import { type SignerManifest, signerLayers } from "./signer-tags.ts";

/**
 * What a signer's tag names once a copy is there: signatures and attestations of both places, each once, as each is a layer of its own. A bill of
 * materials is one, and that of the copy counts.
 * @returns undefined where what is there has all of the copy's
 */
export function mergeSignerManifests(
  { kind, manifest }: Pick<SignerManifest, "kind" | "manifest">,
  there: StoredManifest | undefined,
): StoredManifest | undefined {
  if (there === undefined) return manifest;
  if (there.descriptor.digest === manifest.descriptor.digest) return undefined;
  const [ours, theirs] = [signerLayers(manifest), signerLayers(there)];
  const lacks = (layers: typeof ours, { digest }: (typeof ours)[number]) => !layers.some((other) => other.digest === digest);
  const missing = ours.filter((layer) => lacks(theirs, layer));
  if (kind === "sbom" || theirs.every((layer) => !lacks(ours, layer))) return manifest;
  if (missing.length === 0) return undefined;
  const document = JSON.parse(new TextDecoder().decode(there.bytes)) as Readonly<Record<string, unknown>>;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...document, layers: [...theirs, ...missing] }));
  return { descriptor: { mediaType: there.descriptor.mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}
