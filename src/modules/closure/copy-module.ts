import type { ContentSource, ContentTarget } from "../../client/content/content.ts";
import { copyArtifact } from "../../client/copy.ts";
import type { ProgressListener } from "../../client/progress.ts";
import type { Tag } from "../../oci/tag.ts";
import type { FoundModule } from "./module-source.ts";

export interface CopyModuleOptions {
  /** Bring along what refers to it: signatures, SBOMs, attestations. */
  readonly referrers?: boolean;
  readonly concurrency?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** Copies a version of a module, its tag last. */
export async function copyModule(
  { content, manifest }: FoundModule,
  to: { readonly target: ContentTarget; readonly tag: Tag },
  options: CopyModuleOptions = {},
): Promise<void> {
  const { digest } = manifest.descriptor;
  // it was read already
  const source: ContentSource = { ...content, manifest: async (reference, read) => (reference === digest ? manifest : content.manifest(reference, read)) };
  const { referrers = false, ...rest } = options;
  await copyArtifact({ source, reference: digest }, { target: to.target, tags: [to.tag] }, { recursive: referrers, ...rest });
}
