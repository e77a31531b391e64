import { join } from "node:path";
import type { ContentSource, ContentTarget } from "../client/content/content.ts";
import { writeFileAtomically } from "../client/content/files.ts";
import { createLimiter } from "../client/limiter.ts";
import type { ProgressListener } from "../client/progress.ts";
import type { Tag } from "../oci/tag.ts";
import { copyModule } from "./closure/copy-module.ts";
import type { FindModule, FoundModule } from "./closure/module-source.ts";
import { keyOf } from "./closure/read-closure.ts";
import { ModuleError } from "./helper/helper.ts";
import type { ModuleVersion } from "./helper/protocol.ts";
import type { ModuleSession } from "./module-session.ts";
import { findExisting } from "./publish/existing-version.ts";

/** Modules that are under way at a time. */
const CONCURRENCY = 4;

export interface MirrorOptions {
  /** Only look what would be copied. */
  readonly dryRun?: boolean;
  /** Leave behind what refers to the modules: signatures, SBOMs, attestations. */
  readonly withoutReferrers?: boolean;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** What became of one version. */
export interface MirroredModule extends ModuleVersion {
  /** `present`: it was there, with the same content. */
  readonly state: "copied" | "present" | "planned";
  /** `host/repository:tag@digest` */
  readonly reference: string;
}

/**
 * Copies versions of modules into a registry, digests unchanged: what a version requires is there before it. A version that is
 * there is never changed.
 * @param modules dependencies first
 * @throws ModuleError `refused` when a version is there with other content
 */
export async function mirrorModules(
  session: ModuleSession,
  modules: readonly FoundModule[],
  find: FindModule<ContentSource & ContentTarget>,
  options: MirrorOptions = {},
): Promise<MirroredModule[]> {
  const { signal } = options;
  const limiter = createLimiter(CONCURRENCY);
  const failed = new AbortController();
  const stopped = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const begun = new Map<string, Promise<MirroredModule>>();
  for (const module of modules) {
    // in a circle one of them has to come first
    const before = module.file.dependencies.flatMap((dependency) => begun.get(keyOf(dependency)) ?? []);
    const mirrored = Promise.all(before).then(() => limiter.run(() => mirror(session, module, { ...find(module), ...options, signal: stopped })));
    mirrored.catch((error) => failed.abort(error));
    begun.set(keyOf(module), mirrored);
  }
  const settled = await Promise.allSettled(begun.values());
  signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

interface Destination extends MirrorOptions {
  readonly content: ContentSource & ContentTarget;
  readonly tag: Tag;
  readonly signal: AbortSignal;
}

async function mirror({ helper }: ModuleSession, module: FoundModule, { content, tag, ...options }: Destination): Promise<MirroredModule> {
  const { signal, dryRun = false, withoutReferrers = false, onProgress } = options;
  signal.throwIfAborted();
  const { path, version, manifest } = module;
  const existing = await findExisting(helper, content, { ...module, zip: (folder) => download(module, folder, signal) }, { tag, signal });
  const digest = existing.state === "identical" ? existing.descriptor.digest : manifest.descriptor.digest;
  const result = { path, version, reference: `${content.name}:${tag}@${digest}` };
  if (existing.state === "other") {
    const message = `${path} ${version} is in ${content.name} with other content (${existing.differences.slice(0, 3).join(", ")}), and a version is never changed`;
    throw new ModuleError("refused", message, { details: { digest: existing.digest, differences: existing.differences } });
  }
  // referrers of another digest would refer to nothing there
  if (existing.state === "identical" && (digest !== manifest.descriptor.digest || withoutReferrers || dryRun)) return { ...result, state: "present" };
  if (dryRun) return { ...result, state: "planned" };
  await copyModule(module, { target: content, tag }, { referrers: !withoutReferrers, signal, ...(onProgress && { onProgress }) });
  return { ...result, state: existing.state === "identical" ? "present" : "copied" };
}

async function download({ content, layers }: FoundModule, folder: string, signal: AbortSignal): Promise<string> {
  const path = join(folder, "source.zip");
  await writeFileAtomically(path, content.blob(layers.zip, { signal }));
  return path;
}
