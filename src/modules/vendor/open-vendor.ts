import { stat } from "node:fs/promises";
import { join } from "node:path";
import { openLayoutFolder } from "../../client/content/layout-folder.ts";
import { LAYOUT_FILE } from "../../client/content/layout-index.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import { ModuleError } from "../helper/helper.ts";
import { findModuleRoot, MODULE_FOLDER } from "../module-root.ts";
import { type LocalRegistry, localRegistry } from "./local-registry.ts";

/** Where what a module requires is kept beside it: CUE looks for nothing there, and leaves it out of what is published. */
const VENDOR_FOLDER = `${MODULE_FOLDER}/vendor`;

/** The folder of a module's dependencies. */
export function vendorFolder(root: string): string {
  return join(root, ...VENDOR_FOLDER.split("/"));
}

/** What is kept beside a module; undefined where nothing is. @throws ClientError when it cannot be read */
export async function openVendor(root: string): Promise<LayoutSource | undefined> {
  const folder = vendorFolder(root);
  const isThere = await stat(join(folder, LAYOUT_FILE)).catch(() => undefined);
  return isThere === undefined ? undefined : await openLayoutFolder(folder);
}

/**
 * What is kept beside the module around a folder, as a registry; undefined where nothing is, or no module.
 * @param needed it must be there
 * @throws ModuleError `not-found` where it must and is not
 */
export async function openVendorRegistry(directory: string, { needed }: { readonly needed: boolean }): Promise<LocalRegistry | undefined> {
  const root = await findModuleRoot(directory).catch((error: unknown) => {
    if (needed || !(error instanceof ModuleError)) throw error;
    return undefined;
  });
  const layout = root === undefined ? undefined : await openVendor(root);
  if (layout !== undefined) return localRegistry(layout);
  if (needed) throw new ModuleError("not-found", `${root} has no ${VENDOR_FOLDER}: run 'opm mod vendor' while registries can be reached`);
  return undefined;
}
