import { isClientError } from "../../client/client-error.ts";
import type { ContentSource, ReadOptions } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { Tag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import { compareComponentVersions, isComponentVersion } from "../descriptor/grammar.ts";
import { readComponentManifest } from "./component-manifest.ts";
import type { ComponentStore } from "./component-store.ts";
import { componentRepository, componentTag, isAmbiguous, parseComponentVersion, versionOfTag } from "./oci-mapping.ts";

/** Manifests asked for at a time. */
const CONCURRENCY = 8;

/**
 * The versions of a component, ascending: what its tags stand for. Tags that are no versions (`latest`, lists of referrers) are left out;
 * a manifest is looked into only where its tag stands for two versions.
 */
export async function listVersions(store: ComponentStore, name: string, options: ReadOptions = {}): Promise<readonly string[]> {
  const source = store.source(componentRepository(store, name));
  const limiter = createLimiter(CONCURRENCY);
  const versions = await Promise.all((await tagsOf(source, options)).map((tag) => limiter.run(() => versionAt(source, { name, tag }, options))));
  return [...new Set(versions.filter((version) => version !== undefined))].sort(compareComponentVersions);
}

/** False for content that is no component version, too. */
export async function hasVersion(
  store: ComponentStore,
  { name, version }: { readonly name: string; readonly version: string },
  options: ReadOptions = {},
): Promise<boolean> {
  const source = store.source(componentRepository(store, name));
  try {
    await readComponentManifest(await source.manifest(componentTag(version), options), source, options);
    return true;
  } catch (error) {
    if (isClientError(error, "not-found") || (error instanceof ComponentError && error.kind === "invalid")) return false;
    throw error;
  }
}

interface Named {
  readonly name: string;
  readonly tag: Tag;
}

async function versionAt(source: ContentSource, { name, tag }: Named, options: ReadOptions): Promise<string | undefined> {
  const version = versionOfTag(tag);
  if (version === undefined || !isAmbiguous(tag)) return version;
  try {
    const { componentVersion } = await readComponentManifest(await source.manifest(tag, options), source, options);
    const said = parseComponentVersion(componentVersion);
    return said !== undefined && said.name === name && isComponentVersion(said.version) && componentTag(said.version) === tag ? said.version : version;
  } catch (error) {
    if (isClientError(error, "not-found") || isClientError(error, "invalid") || error instanceof ComponentError) return undefined;
    throw error;
  }
}

/** A repository that is not there has none. */
async function tagsOf(source: ContentSource, options: ReadOptions): Promise<readonly Tag[]> {
  try {
    return await source.tags(options);
  } catch (error) {
    if (isClientError(error, "not-found")) return [];
    throw error;
  }
}
