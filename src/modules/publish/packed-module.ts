import { join } from "node:path";
import { digestFile } from "../../client/content/files.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Helper } from "../helper/helper.ts";
import { writeModuleManifest } from "../module-manifest.ts";
import type { ComparedModule } from "./existing-version.ts";

/** A module version as it is published. */
export interface PackedModule extends ComparedModule {
  /** The zip, in a folder of its own. */
  readonly zipFile: string;
  readonly moduleFile: Uint8Array;
  /** Of the zip; sizes in bytes, unpacked. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** What was left out, or came along, without being asked for. */
  readonly notes: readonly string[];
}

export interface PackOptions {
  readonly root: string;
  readonly version: string;
  readonly signal?: AbortSignal;
}

/**
 * Packs a module into a temporary folder.
 * @throws ModuleError `refused` with what the rules of modules forbid
 */
export async function packModule(helper: Helper, folder: string, { root, version, signal }: PackOptions): Promise<PackedModule> {
  const zipFile = join(folder, "module.zip");
  const packed = await helper.call("pack", { root, version, zip: zipFile }, signal === undefined ? {} : { signal });
  const moduleFile = new TextEncoder().encode(packed.moduleFile);
  const zip = await digestFile(zipFile);
  const manifest = writeModuleManifest({ zip, moduleFile: { digest: digestOf(moduleFile), size: moduleFile.length } }, packed.annotations);
  return {
    path: packed.path,
    version,
    zipFile,
    zip: async () => zipFile,
    moduleFile,
    manifest,
    layers: manifest.layers,
    files: packed.files,
    notes: packed.notes,
  };
}
