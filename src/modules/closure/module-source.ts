import { isClientError } from "../../client/client-error.ts";
import type { ContentSource, ReadOptions, StoredManifest } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import { collect } from "../../client/content/verified.ts";
import { parseRegistryHost } from "../../oci/image-reference.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { parseTag, type Tag } from "../../oci/tag.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { type ModuleLayers, readModuleManifest } from "../module-manifest.ts";
import type { ModuleSession } from "../module-session.ts";
import { locate } from "../routing/locate.ts";
import type { ModuleRouting } from "../routing/routing.ts";
import { type PublishedFile, parsePublishedFile } from "./published-file.ts";

/** Bytes of a module file: CUE's limit. */
const MODULE_FILE_LIMIT = 16 * 1024 * 1024;

/** Where versions of modules can be: where one is, whether or not it is there. */
export type FindModule<T extends object = ContentSource> = (module: { readonly path: string; readonly version: string }) => {
  readonly content: T;
  readonly tag: Tag;
};

/** A version of a module that was found. */
export interface FoundModule extends ModuleVersion {
  readonly content: ContentSource;
  readonly manifest: StoredManifest;
  readonly layers: ModuleLayers;
  readonly file: PublishedFile;
}

/** The places that a routing has modules at. @throws ModuleError `not-found` where it has none for a module */
export async function registryModules(
  session: Pick<ModuleSession, "client">,
  routing: ModuleRouting,
): Promise<FindModule<ReturnType<typeof repositoryContent>>> {
  const client = await session.client();
  return ({ path, version }) => {
    const location = locate(routing, path, version);
    if (location?.tag === undefined) throw new ModuleError("not-found", `no registry is configured for ${path}`);
    const content = repositoryContent(client.repository(parseRegistryHost(location.host), parseRepositoryName(location.repository)));
    return { content, tag: parseTag(location.tag) };
  };
}

/**
 * Reads what a version of a module is, without its files.
 * @throws ClientError `not-found`; ModuleError `invalid` when the tag has something else than this module
 */
export async function readModule(find: FindModule, module: ModuleVersion, read: ReadOptions = {}): Promise<FoundModule> {
  const { content, tag } = find(module);
  const manifest = await content.manifest(tag, read).catch((error: unknown) => {
    throw isClientError(error, "not-found") ? new ModuleError("not-found", `${module.path} ${module.version}: ${error.message}`, { cause: error }) : error;
  });
  const name = `${content.name}:${tag}`;
  const layers = readModuleManifest(manifest, name);
  if (layers.moduleFile.size > MODULE_FILE_LIMIT)
    throw new ModuleError("invalid", `${name} has a module file of ${layers.moduleFile.size} bytes, which is too large`);
  const file = parsePublishedFile(new TextDecoder().decode(await collect(content.blob(layers.moduleFile, read))), name);
  if (file.path !== module.path) {
    throw new ModuleError("invalid", `${name} is not ${module.path}: it has the content of ${file.path}; its publisher has to set that right`);
  }
  return { ...module, content, manifest, layers, file };
}
