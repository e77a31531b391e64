import type { StoredManifest } from "../client/content/content.ts";
import { EMPTY_BYTES } from "../client/layers.ts";
import { type Descriptor, descriptorShape } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
import { check, fields, list, text } from "../oci/shape.ts";
import { ModuleError } from "./helper/helper.ts";

/** CUE modules reference, "OCI artifacts": what a manifest's config, and its two layers in this order, are. */
const CONFIG_TYPE = "application/vnd.cue.module.v1+json";
const ZIP_TYPE = "application/zip";
const MODULE_FILE_TYPE = "application/vnd.cue.modulefile.v1";

/** The content of every config. */
export const MODULE_CONFIG: { readonly descriptor: Descriptor; readonly bytes: Uint8Array } = {
  descriptor: { mediaType: CONFIG_TYPE, digest: digestOf(EMPTY_BYTES), size: EMPTY_BYTES.length },
  bytes: EMPTY_BYTES,
};

/** What the manifest of a module version names besides its config. */
export interface ModuleLayers {
  readonly zip: Descriptor;
  readonly moduleFile: Descriptor;
}

/** The manifest of a module version, byte for byte as `cue` makes it. Annotations are sorted by their names. */
export function writeModuleManifest(
  layers: { readonly [P in keyof ModuleLayers]: Pick<Descriptor, "digest" | "size"> },
  annotations: Readonly<Record<string, string>>,
): StoredManifest & { readonly layers: ModuleLayers } {
  const zip = describe(ZIP_TYPE, layers.zip);
  const moduleFile = describe(MODULE_FILE_TYPE, layers.moduleFile);
  const names = Object.keys(annotations).sort();
  const document = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE_MANIFEST,
    config: MODULE_CONFIG.descriptor,
    layers: [zip, moduleFile],
    ...(names.length > 0 && { annotations: Object.fromEntries(names.map((name) => [name, annotations[name]])) }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return { descriptor: describe(OCI_IMAGE_MANIFEST, { digest: digestOf(bytes), size: bytes.length }), bytes, layers: { zip, moduleFile } };
}

const configShape = fields({ config: fields({ mediaType: text }) });
const layersShape = fields({ layers: list(descriptorShape) });

/**
 * The layers of a module version.
 * @param name for messages, where the manifest was read
 * @throws ModuleError `invalid` when it is the manifest of something else
 */
export function readModuleManifest({ bytes, descriptor }: StoredManifest, name: string): ModuleLayers {
  const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const [zip, moduleFile, ...more] = check(layersShape, document).value?.layers ?? [];
  const isModule = configTypeOf(document) === CONFIG_TYPE && zip?.mediaType === ZIP_TYPE && moduleFile?.mediaType === MODULE_FILE_TYPE && more.length === 0;
  if (isModule) return { zip, moduleFile };
  throw new ModuleError("invalid", `${name} is not a CUE module: it is ${kindOf(configTypeOf(document), descriptor.mediaType)}`);
}

function configTypeOf(document: unknown): string | undefined {
  return check(configShape, document).value?.config.mediaType;
}

function kindOf(config: string | undefined, mediaType: string): string {
  if (config === CONFIG_TYPE) return "one in name only, without the two layers that a module has";
  return `of type ${config ?? mediaType}`;
}

function describe(mediaType: string, { digest, size }: Pick<Descriptor, "digest" | "size">): Descriptor {
  return { mediaType, digest, size };
}
