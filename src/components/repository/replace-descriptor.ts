import type { ReadOptions, StoredManifest } from "../../client/content/content.ts";
import { bytesOf } from "../../client/content/verified.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { currentMediaType } from "../descriptor/descriptor-media-type.ts";
import { formatDescriptor } from "../descriptor/format-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { readComponentManifest } from "./component-manifest.ts";
import { configBytes } from "./component-manifests.ts";
import { COMPONENT_CONFIG } from "./component-media-type.ts";
import type { PutResult, StoredComponentVersion } from "./component-repository.ts";
import { componentRepository, componentTag } from "./oci-mapping.ts";
import { descriptorLayer } from "./read-version.ts";

/**
 * Gives a component version another descriptor where it is, with the same local blobs: in the same format and layout, and everything else in
 * its manifests stays value for value. The tag moves last.
 * @param descriptor of the same name and version
 * @throws ComponentError `refused` where the repository can only be read, or when someone else changed the component version since it was read
 */
export async function replaceDescriptor(version: StoredComponentVersion, descriptor: ComponentDescriptor, options: ReadOptions = {}): Promise<PutResult> {
  const { store, descriptorMediaType, schema } = version;
  const { component } = version.descriptor;
  const repository = componentRepository(store, component.name);
  const [source, target] = [store.source(repository), store.target(repository)];
  const tag = componentTag(component.version);
  const root = await target.manifest(tag, options);
  if (root.descriptor.digest !== version.digest) {
    throw new ComponentError("refused", `${component.name}:${component.version} in ${store.name} was changed by someone else meanwhile: try again`);
  }
  const mediaType = currentMediaType(descriptorMediaType);
  const bytes = formatDescriptor(descriptor, mediaType, schema);
  const layer = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const config = configBytes(layer);
  const configBlob = { mediaType: COMPONENT_CONFIG, digest: digestOf(config), size: config.length };
  for (const [blob, content] of [
    [layer, bytes],
    [configBlob, config],
  ] as const) {
    if (!(await target.hasBlob(blob, options))) await target.putBlob({ descriptor: blob, open: () => bytesOf(content), verified: true }, options);
  }
  const components = await readComponentManifest(root, source, options);
  const { main } = components;
  const { digest: former } = await descriptorLayer(components, source, { ...options, label: `${component.name}:${component.version}` });
  const manifest = stored(main, withDescriptor(treeOf(main), { former, layer, config: configBlob }));
  if (main === root) {
    await target.putManifest(manifest, { ...options, tags: [tag], listed: true });
    return { digest: manifest.descriptor.digest, layout: "manifest" };
  }
  await target.putManifest(manifest, options);
  const index = stored(root, withEntry(treeOf(root), main.descriptor.digest, manifest.descriptor));
  await target.putManifest(index, { ...options, tags: [tag], listed: true });
  return { digest: index.descriptor.digest, layout: "index" };
}

interface Replacement {
  readonly former: Digest;
  readonly layer: Descriptor;
  readonly config: Descriptor;
}

function withDescriptor(manifest: JsonObject, { former, layer, config }: Replacement): JsonObject {
  const layers: readonly Json[] = Array.isArray(manifest.layers) ? manifest.layers : [];
  const at = layers.findIndex((each) => isJsonObject(each) && each.digest === former);
  return {
    ...manifest,
    config: described(manifest.config, config),
    layers: at < 0 ? [described(undefined, layer), ...layers] : layers.with(at, described(layers[at], layer)),
  };
}

function withEntry(index: JsonObject, former: Digest, manifest: Descriptor): JsonObject {
  const entries: readonly Json[] = Array.isArray(index.manifests) ? index.manifests : [];
  return { ...index, manifests: entries.map((entry) => (isJsonObject(entry) && entry.digest === former ? described(entry, manifest) : entry)) };
}

/** What else is said of the content stays, but for a copy of its bytes. */
function described(former: Json | undefined, { mediaType, digest, size }: Descriptor): JsonObject {
  const { data: _, ...rest } = isJsonObject(former) ? former : {};
  return { ...rest, mediaType, digest, size };
}

function treeOf({ bytes }: StoredManifest): JsonObject {
  const tree: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return isJsonObject(tree) ? tree : {};
}

function stored({ descriptor: { mediaType } }: StoredManifest, tree: JsonObject): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify(tree));
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}
