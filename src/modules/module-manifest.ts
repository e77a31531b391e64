import * as z from "zod/mini";
import type { StoredManifest } from "../client/content/content.ts";
import { EMPTY_BYTES } from "../client/layers.ts";
import { type Descriptor, descriptorSchema } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
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

const manifestSchema = z.looseObject({
  config: z.looseObject({ mediaType: z.string() }),
  layers: z.tuple([z.extend(descriptorSchema, { mediaType: z.literal(ZIP_TYPE) }), z.extend(descriptorSchema, { mediaType: z.literal(MODULE_FILE_TYPE) })]),
});

/**
 * The layers of a module version.
 * @param name for messages, where the manifest was read
 * @throws ModuleError `invalid` when it is the manifest of something else
 */
export function readModuleManifest({ bytes, descriptor }: StoredManifest, name: string): ModuleLayers {
  const parsed = manifestSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (parsed.success && parsed.data.config.mediaType === CONFIG_TYPE) {
    const [zip, moduleFile] = parsed.data.layers;
    return { zip, moduleFile };
  }
  throw new ModuleError("invalid", `${name} is not a CUE module: it is ${kindOf(bytes, descriptor.mediaType)}`);
}

function kindOf(bytes: Uint8Array, mediaType: string): string {
  const parsed = z.looseObject({ config: z.looseObject({ mediaType: z.string() }) }).safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  const config = parsed.success ? parsed.data.config.mediaType : undefined;
  if (config === CONFIG_TYPE) return "one in name only, without the two layers that a module has";
  return `of type ${config ?? mediaType}`;
}

function describe(mediaType: string, { digest, size }: Pick<Descriptor, "digest" | "size">): Descriptor {
  return { mediaType, digest, size };
}
