import { join } from "node:path";
import { isClientError } from "../../client/client-error.ts";
import type { ContentSource, StoredManifest } from "../../client/content/content.ts";
import { writeFileAtomically } from "../../client/content/files.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatImageReference } from "../../oci/image-reference.ts";
import type { Tag } from "../../oci/tag.ts";
import { type Helper, ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { type ModuleLayers, readModuleManifest } from "../module-manifest.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";

/** CUE's limit for the zip of a module, in bytes: a larger one cannot be what was packed. */
const ZIP_LIMIT = 500 * 1024 * 1024;

/** What a registry has under the tag of a version. */
export type ExistingVersion =
  | { readonly state: "none" }
  /** The same files, packed in whichever way. */
  | { readonly state: "identical"; readonly descriptor: Descriptor }
  /** Something else. `differences` are such as `changed x.cue`. */
  | { readonly state: "other"; readonly digest: Digest; readonly differences: readonly string[] };

/** A version to hold against what a registry has. */
export interface ComparedModule extends ModuleVersion {
  readonly manifest: StoredManifest;
  readonly layers: ModuleLayers;
  /** The name of a file with its zip; one that is made for this is in the folder. */
  zip(folder: string): Promise<string>;
}

export interface ExistingOptions {
  readonly tag: Tag;
  readonly signal?: AbortSignal;
}

/** Compares a version with what is under its tag, by the files: two archives of the same files may differ. */
export async function findExisting(helper: Helper, source: ContentSource, module: ComparedModule, options: ExistingOptions): Promise<ExistingVersion> {
  const stored = await readTag(source, options);
  return stored === undefined ? { state: "none" } : await compareStored(helper, source, module, { ...options, stored });
}

/** What is under a tag; undefined where nothing is. @throws ClientError */
async function readTag(source: ContentSource, { tag, signal }: ExistingOptions): Promise<StoredManifest | undefined> {
  try {
    return await source.manifest(tag, { asPusher: true, ...(signal && { signal }) });
  } catch (error) {
    if (isClientError(error, "not-found")) return undefined;
    throw error;
  }
}

async function compareStored(
  helper: Helper,
  source: ContentSource,
  module: ComparedModule,
  { stored, tag, signal }: ExistingOptions & { readonly stored: StoredManifest },
): Promise<ExistingVersion> {
  const { digest } = stored.descriptor;
  const identical: ExistingVersion = { state: "identical", descriptor: stored.descriptor };
  if (digest === module.manifest.descriptor.digest) return identical;
  const name = source.location === undefined ? `${source.name}:${tag}` : formatImageReference({ ...source.location, tag, digest: undefined });
  const other = (...differences: readonly string[]): ExistingVersion => ({ state: "other", digest, differences });
  let layers: ReturnType<typeof readModuleManifest>;
  try {
    layers = readModuleManifest(stored, name);
  } catch (error) {
    if (error instanceof ModuleError) return other(error.message);
    throw error;
  }
  const moduleFile = layers.moduleFile.digest === module.layers.moduleFile.digest ? [] : ["changed cue.mod/module.cue"];
  if (layers.zip.digest === module.layers.zip.digest) return moduleFile.length === 0 ? identical : other(...moduleFile);
  if (layers.zip.size > ZIP_LIMIT) return other(`${name} has an archive of ${layers.zip.size} bytes`);
  const read = signal === undefined ? {} : { signal };
  return await withTemporaryFolder(async (folder) => {
    const there = join(folder, "existing.zip");
    const ours = await module.zip(folder);
    try {
      await writeFileAtomically(there, source.blob(layers.zip, read));
      const { path, version } = module;
      const { equal, differences } = await helper.call("compare", { path, version, zips: [there, ours] }, read);
      return equal && moduleFile.length === 0 ? identical : other(...new Set([...moduleFile, ...differences]));
    } catch (error) {
      if (error instanceof ModuleError && error.code === "invalid") return other("its archive is not that of a module");
      if (isClientError(error, "not-found")) return other("its archive is missing");
      throw error;
    }
  });
}
