import type { StoredManifest } from "../../client/content/content.ts";
import { type Descriptor, platformShape } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { check } from "../../oci/shape.ts";
import type { ComponentDescriptor, Element, ElementKind } from "../descriptor/component-descriptor.ts";
import { type Identity, identityOf } from "../descriptor/identity.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { ANNOTATION, COMPONENT_ARTIFACT, COMPONENT_CONFIG } from "./component-media-type.ts";
import { isLocalBlob, localDigests } from "./local-reference.ts";

/** What every manifest says of who made it. */
const CREATOR = "opm";

/** An element whose content is stored with the component version. */
export interface LocalElement {
  readonly kind: ElementKind;
  readonly element: Element;
  readonly identity: Identity;
  /** Undefined where the access does not name its content by digests. */
  readonly digests: readonly Digest[] | undefined;
}

/** The elements with local blobs, resources first. */
export function localElements({ component }: ComponentDescriptor): readonly LocalElement[] {
  const lists = [
    ["resource", component.resources],
    ["source", component.sources],
  ] as const;
  return lists.flatMap(([kind, elements]) =>
    elements
      .filter(({ access }) => isLocalBlob(access))
      .map((element) => ({ kind, element, identity: identityOf(element, elements), digests: localDigests(element.access) })),
  );
}

/** A blob as its layer or entry: with the elements that it belongs to, and an artifact also with the platform of its element. */
export function describeBlob(blob: Descriptor, elements: readonly LocalElement[]): Descriptor {
  const owners = elements.filter(({ digests }) => digests?.includes(blob.digest));
  const { mediaType, digest, size, annotations } = blob;
  if (owners.length === 0) return { mediaType, digest, size, ...(annotations && { annotations }) };
  const named = JSON.stringify(owners.map(({ identity, kind }) => ({ identity: sorted(identity), kind })));
  return { mediaType, digest, size, annotations: { [ANNOTATION.artifact]: named } };
}

/** The same for an entry of the index. */
export function describeArtifact(artifact: Descriptor, elements: readonly LocalElement[]): Descriptor {
  const platform = elements
    .filter(({ digests }) => digests?.includes(artifact.digest))
    .map(({ element }) => platformOf(element))
    .find((each) => each !== undefined);
  return { ...describeBlob(artifact, elements), ...(platform && { platform }) };
}

/** The config, which says which layer the descriptor is. */
export function configBytes({ mediaType, digest, size }: Descriptor): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ componentDescriptorLayer: { mediaType, digest, size } }));
}

export interface ManifestParts {
  readonly config: Descriptor;
  /** The descriptor first. */
  readonly layers: readonly Descriptor[];
}

/** Layout A. */
export function componentManifest({ component }: ComponentDescriptor, { config, layers }: ManifestParts): StoredManifest {
  const annotations = annotationsOf(component);
  return stored(OCI_IMAGE_MANIFEST, {
    artifactType: COMPONENT_ARTIFACT,
    config: { mediaType: COMPONENT_CONFIG, digest: config.digest, size: config.size },
    layers,
    annotations,
  });
}

/** Layout B: layout A as the first entry of an index. */
export function componentIndex({ component }: ComponentDescriptor, manifest: StoredManifest, artifacts: readonly Descriptor[]): StoredManifest {
  const annotations = annotationsOf(component);
  const main = { ...manifest.descriptor, artifactType: COMPONENT_ARTIFACT, annotations: { ...annotations, [ANNOTATION.descriptor]: "true" } };
  return stored(OCI_IMAGE_INDEX, { manifests: [main, ...artifacts], annotations });
}

function annotationsOf({ name, version }: ComponentDescriptor["component"]): Readonly<Record<string, string>> {
  return {
    [ANNOTATION.title]: name,
    [ANNOTATION.version]: version,
    [ANNOTATION.componentVersion]: `${name}:${version}`,
    [ANNOTATION.creator]: CREATOR,
  };
}

function stored(mediaType: string, fields: Readonly<Record<string, unknown>>): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function platformOf({ extraIdentity }: Element): Descriptor["platform"] | undefined {
  if (!isJsonObject(extraIdentity)) return undefined;
  const { os, architecture, variant, "os.version": version, "os.features": features } = extraIdentity;
  return check(platformShape, {
    architecture,
    os,
    ...(variant !== undefined && { variant }),
    ...(version !== undefined && { "os.version": version }),
    ...(typeof features === "string" && { "os.features": features.split(",") }),
  }).value;
}

function sorted(identity: Identity): Identity {
  return Object.fromEntries(Object.entries(identity).sort(([one], [other]) => (one < other ? -1 : 1)));
}
