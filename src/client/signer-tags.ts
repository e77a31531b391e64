import type { Digest } from "../oci/digest.ts";
import { check, fields, list, optional, type Shaped, text } from "../oci/shape.ts";
import { SIGNER_TAG_KINDS, type SignerTagKind, signerTag } from "../oci/signer-tag.ts";
import type { Tag } from "../oci/tag.ts";
import { isClientError } from "./client-error.ts";
import type { ContentSource, ReadOptions, StoredManifest } from "./content/content.ts";

/** A manifest that a signer put beside another: it does not refer to it but by its tag. */
export interface SignerManifest {
  readonly tag: Tag;
  readonly kind: SignerTagKind;
  readonly manifest: StoredManifest;
}

/** Asks for each by its tag: a list of all tags may be long, or shown to nobody. @throws ClientError, but for what is not there */
export async function signerManifests(source: Pick<ContentSource, "manifest">, subject: Digest, options: ReadOptions = {}): Promise<readonly SignerManifest[]> {
  const found = await Promise.all(
    SIGNER_TAG_KINDS.map(async (kind): Promise<SignerManifest | undefined> => {
      const tag = signerTag(subject, kind);
      if (tag === undefined) return undefined;
      try {
        const manifest = await source.manifest(tag, options);
        // some registries read such a tag as the digest
        return manifest.descriptor.digest === subject ? undefined : { tag, kind, manifest };
      } catch (error) {
        if (isClientError(error, "not-found")) return undefined;
        throw error;
      }
    }),
  );
  return found.filter((manifest) => manifest !== undefined);
}

const layersShape = fields({ layers: optional(list(fields({ mediaType: text, digest: text }))) });
type Layers = NonNullable<Shaped<typeof layersShape>["layers"]>;

/** The layers of such a manifest: each is a signature or an attestation. */
export function signerLayers({ bytes }: StoredManifest): Layers {
  return check(layersShape, JSON.parse(new TextDecoder().decode(bytes))).value?.layers ?? [];
}
