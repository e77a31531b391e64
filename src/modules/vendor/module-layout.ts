import type { ContentSource, ReadOptions } from "../../client/content/content.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import { collect } from "../../client/content/verified.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseTag, type Tag } from "../../oci/tag.ts";
import type { FindModule } from "../closure/module-source.ts";
import { parsePublishedFile } from "../closure/published-file.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { readModuleManifest } from "../module-manifest.ts";
import { splitModulePath } from "../module-path.ts";

/** `<sha256 of the base path>-<version>`: CUE's `hashAsTag`. */
const LAYOUT_TAG = /^(?<hash>[0-9a-f]{64})-(?<version>v.+)$/;

/**
 * The tag of a version in an OCI layout that has many modules. It is the one that CUE gives it in a repository that has many
 * (`hashAsTag`), so that the layout can be pushed to one as it is.
 */
export function layoutTag({ path, version }: ModuleVersion): Tag {
  return parseTag(`${hashOf(path)}-${version}`);
}

/** The places of modules in a layout. */
export function layoutModules<T extends object>(content: T): FindModule<T> {
  return (module) => ({ content, tag: layoutTag(module) });
}

/**
 * The versions in a layout, in the order of their tags. Tags that no module has are left out.
 * @throws ModuleError `invalid` when a tag has another module than it says; ClientError
 */
export async function listModules(content: ContentSource, read: ReadOptions = {}): Promise<ModuleVersion[]> {
  const modules: ModuleVersion[] = [];
  for (const tag of await content.tags(read)) if (LAYOUT_TAG.test(tag)) modules.push(await moduleOf(content, tag, read));
  return modules;
}

/** Those of them of which everything is there, without the files that are named. */
export async function completeModules({ files, ...content }: LayoutSource, damaged: ReadonlySet<string>, read: ReadOptions = {}): Promise<ModuleVersion[]> {
  const modules: ModuleVersion[] = [];
  for (const tag of await content.tags(read)) {
    if (!LAYOUT_TAG.test(tag)) continue;
    try {
      const { zip } = readModuleManifest(await content.manifest(tag, read), tag);
      const isDamaged = [...damaged].some((path) => path.endsWith(zip.digest.slice("sha256:".length)));
      if (!isDamaged && (await files.sizeOf(zip.digest)) === zip.size) modules.push(await moduleOf(content, tag, read));
    } catch (error) {
      // what cannot be read is fetched again
      if (read.signal?.aborted) throw error;
    }
  }
  return modules;
}

async function moduleOf(content: ContentSource, tag: Tag, read: ReadOptions): Promise<ModuleVersion> {
  const { hash, version = "" } = LAYOUT_TAG.exec(tag)?.groups ?? {};
  const name = `${content.name}:${tag}`;
  const { moduleFile } = readModuleManifest(await content.manifest(tag, read), name);
  const { path } = parsePublishedFile(new TextDecoder().decode(await collect(content.blob(moduleFile, read))), name);
  if (hashOf(path) === hash) return { path, version };
  throw new ModuleError("invalid", `${name} has the content of ${path}, which has another tag: the layout was changed by hand`);
}

function hashOf(path: string): string {
  return digestOf(splitModulePath(path).base).slice("sha256:".length);
}
