import { isClientError } from "../../client/client-error.ts";
import type { ByteStream, ContentSource, ReadOptions } from "../../client/content/content.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { isDigest } from "../../oci/digest.ts";
import { isRepositoryName } from "../../oci/name.ts";
import { isTag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import type { AccessSpec, ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import { jsonEqual } from "../descriptor/json-tree.ts";
import type { ComponentManifest } from "./component-manifest.ts";
import { ANNOTATION } from "./component-media-type.ts";
import type { LocalBlob } from "./component-repository.ts";
import type { ComponentStore } from "./component-store.ts";
import { layoutArchive } from "./layout-archive.ts";
import { isLocalBlob, isRelativeReference, localReference, partDigest } from "./local-reference.ts";

/** Where local blobs are looked for. */
export interface LocalBlobPlace {
  /** `acme.org/app:1.0.0`, for messages. */
  readonly label: string;
  readonly store: ComponentStore;
  readonly source: ContentSource;
  readonly manifest: ComponentManifest;
  readonly descriptor: ComponentDescriptor;
}

/** Finds what an access names. @throws ComponentError `not-found`; `invalid` for an access that names no local content */
export async function findLocalBlob(place: LocalBlobPlace, access: AccessSpec, options: ReadOptions = {}): Promise<LocalBlob> {
  if (isRelativeReference(access)) return await findRelative(place, access, options);
  const reference = localReference(access);
  if (!isLocalBlob(access)) throw new ComponentError("invalid", `${place.label}: content of access type '${access.type}' is no local blob`);
  if (reference === undefined) throw new ComponentError("invalid", `${place.label}: a local blob has no localReference`, { subject: "access.localReference" });
  const { artifacts, layers } = place.manifest;
  const parts = reference.split(",").map((part) => part.trim());
  const [only = ""] = parts;
  const artifact = parts.length === 1 ? artifacts.find(({ digest }) => digest === partDigest(only)) : undefined;
  if (artifact !== undefined) return artifactBlob(artifact, place.source, { access, place });
  return layerBlob(
    parts.map((part) => findLayer(layers, part, place.label)),
    { access, source: place.source },
  );
}

/** By digest; blobs of older archives have names of files. */
function findLayer(layers: readonly Descriptor[], part: string, label: string): Descriptor {
  const digest = partDigest(part);
  const layer = layers.find((each) => (digest === undefined ? each.annotations?.[ANNOTATION.title] === part : each.digest === digest));
  if (layer !== undefined) return layer;
  throw new ComponentError("not-found", `${label} has no local blob ${part.slice(0, 160)}`, { subject: part });
}

function layerBlob(layers: readonly Descriptor[], { access, source }: { readonly access: AccessSpec; readonly source: ContentSource }): LocalBlob {
  return {
    mediaType: typeof access.mediaType === "string" && access.mediaType !== "" ? access.mediaType : (layers[0]?.mediaType ?? "application/octet-stream"),
    size: layers.reduce((sum, { size }) => sum + size, 0),
    content: { kind: "layers", layers, ...(source.location && { location: source.location }) },
    async *open(options) {
      for (const layer of layers) yield* source.blob(layer, options);
    },
  };
}

function artifactBlob(root: Descriptor, source: ContentSource, { access, place }: { readonly access: AccessSpec; readonly place: LocalBlobPlace }): LocalBlob {
  const { component } = place.descriptor;
  const element = [...component.resources, ...component.sources].find((each) => jsonEqual(each.access, access));
  const tag = element !== undefined && isTag(element.version) ? element.version : undefined;
  return {
    mediaType: root.mediaType,
    size: undefined,
    content: { kind: "artifact", root, source },
    open: (options): ByteStream => layoutArchive(root, source, { ...options, ...(tag !== undefined && { tag }) }),
  };
}

/** The repository is named from the root of the registry; some writers name it from the sub-path. */
async function findRelative(place: LocalBlobPlace, access: AccessSpec, options: ReadOptions): Promise<LocalBlob> {
  const { label, store } = place;
  const text = typeof access.reference === "string" ? access.reference : "";
  const [, name = "", tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(text) ?? [];
  const reference = digest !== undefined && isDigest(digest) ? digest : tag !== undefined && isTag(tag) ? tag : undefined;
  if (reference === undefined || !isRepositoryName(name)) {
    throw new ComponentError("invalid", `${label}: '${text.slice(0, 160)}' is no relative OCI reference: expected <repository>:<tag> or <repository>@<digest>`);
  }
  for (const repository of new Set([name, store.repository(name)])) {
    const source = store.source(repository);
    const manifest = await source.manifest(reference, options).catch((error) => {
      if (isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (manifest !== undefined) return artifactBlob(manifest.descriptor, source, { access, place });
  }
  throw new ComponentError("not-found", `${label}: ${text} is not in ${store.name}`, { subject: text });
}
