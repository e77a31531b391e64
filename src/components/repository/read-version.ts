import { ClientError, isClientError } from "../../client/client-error.ts";
import type { ContentSource, ReadOptions, StoredManifest } from "../../client/content/content.ts";
import { collect } from "../../client/content/verified.ts";
import { type Descriptor, descriptorShape } from "../../oci/descriptor.ts";
import { check, fields, nullish } from "../../oci/shape.ts";
import { ComponentError } from "../component-error.ts";
import { descriptorEncoding } from "../descriptor/descriptor-media-type.ts";
import { DESCRIPTOR_LIMIT, parseDescriptor } from "../descriptor/parse-descriptor.ts";
import { type ComponentManifest, readComponentManifest } from "./component-manifest.ts";
import type { StoredComponentVersion } from "./component-repository.ts";
import type { ComponentStore } from "./component-store.ts";
import { findLocalBlob } from "./local-blob.ts";
import { componentRepository, componentTag } from "./oci-mapping.ts";

/** Bytes of the config: it is one descriptor. */
const CONFIG_LIMIT = 1024 * 1024;

const configShape = fields({ componentDescriptorLayer: nullish(descriptorShape) });

/**
 * Reads a component version with its descriptor.
 * @throws ClientError `not-found`; ComponentError `invalid` with the path of the field that is wrong
 */
export async function readVersion(store: ComponentStore, name: string, version: string, options: ReadOptions = {}): Promise<StoredComponentVersion> {
  const label = `${name}:${version}`;
  const source = store.source(componentRepository(store, name));
  const root = await readRoot({ store, source, label, version }, options);
  const manifest = await readComponentManifest(root, source, options);
  const layer = await descriptorLayer(manifest, source, { label, ...options });
  const bytes = await collect(source.blob(layer, options));
  const { descriptor, schema, warnings } = parseDescriptor(bytes, layer.mediaType, `the descriptor of ${label} in ${store.name}`);
  const { component } = descriptor;
  if (component.name !== name || component.version !== version) {
    throw new ComponentError("invalid", `${store.name} has ${component.name}:${component.version} in the place of ${label}: it was not used`, {
      subject: label,
    });
  }
  return {
    store,
    descriptor,
    digest: manifest.digest,
    layout: store.kind === "component-archive" ? "archive" : manifest.layout,
    descriptorMediaType: layer.mediaType,
    schema,
    warnings,
    localBlob: (access, blobOptions) => findLocalBlob({ label: `${label} in ${store.name}`, store, source, manifest, descriptor }, access, blobOptions),
  };
}

interface Wanted {
  readonly store: ComponentStore;
  readonly source: ContentSource;
  readonly label: string;
  readonly version: string;
}

function saidBy({ said }: ClientError): string {
  return said === undefined ? "" : ` (${said})`;
}

async function readRoot({ store, source, label, version }: Wanted, options: ReadOptions): Promise<StoredManifest> {
  try {
    return await source.manifest(componentTag(version), options);
  } catch (cause) {
    if (!isClientError(cause, "not-found")) throw cause;
    throw new ClientError("not-found", `there is no component version ${label} in ${store.name}${saidBy(cause)}`, {
      cause,
      ...(cause.said !== undefined && { said: cause.said }),
    });
  }
}

/** The layer with the descriptor: the config says which one it is; where an old one does not, its media type does. @throws ComponentError `invalid` */
export async function descriptorLayer(
  manifest: ComponentManifest,
  source: ContentSource,
  { label, ...options }: ReadOptions & { readonly label: string },
): Promise<Descriptor> {
  const { config, layers } = manifest;
  if (config.size > CONFIG_LIMIT) throw new ComponentError("invalid", `${label}: its config has more than ${CONFIG_LIMIT} bytes`);
  const named = check(configShape, parseJson(await collect(source.blob(config, options)))).value?.componentDescriptorLayer;
  const layer = named ?? layers.find(({ mediaType }) => descriptorEncoding(mediaType) !== undefined);
  if (layer === undefined) throw new ComponentError("invalid", `${label}: its config does not say which layer the descriptor is`);
  if (layer.size > DESCRIPTOR_LIMIT) throw new ComponentError("invalid", `${label}: its descriptor has more than ${DESCRIPTOR_LIMIT / 1024 / 1024} MiB`);
  return layer;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
