import type { Digest } from "../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { isImageConfig } from "../oci/media-types.ts";
import { isRunnable } from "../oci/platform.ts";

/** What says of an index that it is a component version: its first child is the component, the others are its artifacts. */
const COMPONENTS: ReadonlySet<string | undefined> = new Set([
  "application/vnd.ocm.software.component-descriptor.v2",
  "application/vnd.ocm.software.component.config.v1+json",
]);

/** Layers of what signers put beside images: it has the config of an image and is none. */
const SIGNER_LAYER =
  /^(?:application\/vnd\.dev\.cosign\.simplesigning\.v1\+json|application\/vnd\.dsse\.envelope\.v1\+json|(?:application|text)\/(?:vnd\.)?(?:spdx|cyclonedx|syft)(?:\+(?:json|xml))?)$/;

/** What decides on the type of an artifact. */
export type TypeEvidence = Pick<ParsedManifest, "kind" | "artifactType" | "configMediaType" | "edges">;

/** The effective type of a child by what its own manifest says; undefined where that is not known. */
export type KnownType = (child: Digest) => string | undefined;

/**
 * The type of an artifact: its `artifactType`, else its `config.mediaType`, or that of its layers where it is what cosign puts beside
 * an image; of an index its own `artifactType`, else the one that all its children have in common, or that of the component version
 * which it is. Undefined for an index without such a type.
 * @param known what children say of themselves, before what the index says of them. Children without a type do not count.
 */
export function effectiveType(manifest: TypeEvidence, known: KnownType = () => undefined): string | undefined {
  if (manifest.artifactType !== undefined) return manifest.artifactType;
  if (manifest.kind === "image") return signerType(manifest) ?? manifest.configMediaType;
  const listed = childTypes(manifest, known);
  if (COMPONENTS.has(listed[0])) return listed[0];
  const types = new Set(listed);
  types.delete(undefined);
  const [common] = types;
  return types.size === 1 ? common : undefined;
}

/** The types of what an index lists, in its order; undefined for a child that has none, or whose type is not known. */
export function childTypes(index: Pick<ParsedManifest, "edges">, known: KnownType): (string | undefined)[] {
  return contentsOf(index).map(({ digest, artifactType }) => known(digest) ?? artifactType);
}

function signerType({ configMediaType, edges }: Pick<ParsedManifest, "configMediaType" | "edges">): string | undefined {
  if (configMediaType === undefined || !isImageConfig(configMediaType)) return undefined;
  const layers = edges.filter(({ kind }) => kind === "layer");
  return layers.every(({ mediaType }) => SIGNER_LAYER.test(mediaType)) ? layers[0]?.mediaType : undefined;
}

/** What an index lists, without the attestations that builders put beside images, on a platform that does not exist. */
export function contentsOf({ edges }: Pick<ParsedManifest, "edges">): ManifestEdge[] {
  return edges.filter(({ kind, platform }) => kind === "child" && (platform === undefined || isRunnable(platform)));
}
