import type { ProgressListener } from "../../client/progress.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { Digest } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import { jsonEqual } from "../descriptor/json-tree.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { imageWarnings } from "../signing/image-warnings.ts";
import { versionLabel } from "../version-label.ts";
import { type BuiltComponent, buildComponent } from "./build-component.ts";
import { buildOrder } from "./build-order.ts";
import type { ConstructorFile } from "./constructor-file.ts";
import type { ImageForm } from "./prepare-image-archive.ts";
import type { ArtifactDigest } from "./prepared-content.ts";
import { computeReferenceDigest } from "./reference-digest.ts";

export interface AddOptions {
  readonly client: RegistryClient;
  /** Replaces what is there with other content. */
  readonly overwrite: boolean;
  /** Builds and compares, and stores nothing. */
  readonly dryRun: boolean;
  readonly artifactDigest: ArtifactDigest;
  /** How images of inputs are stored. */
  readonly images: ImageForm;
  readonly accessDigests: boolean;
  /** Where component versions that are referred to are looked for, after the target. */
  readonly lookup?: readonly ComponentRepository[];
  readonly warn: (text: string) => void;
  readonly onProgress?: ProgressListener;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

export interface AddedComponent {
  readonly descriptor: ComponentDescriptor;
  /** `equal`: it was there. `added` and `replaced` also of a dry run, which only says so. */
  readonly state: "added" | "replaced" | "equal";
  /** Of the manifest or index; undefined for what a dry run did not store. */
  readonly digest: Digest | undefined;
  readonly layout: StoredComponentVersion["layout"] | undefined;
}

/**
 * Builds the component versions of a constructor file and stores them, those that others refer to first. All of them are built and held
 * against what is there before the first is stored, and each is visible as a whole or not at all.
 * @throws ComponentError `refused` where other content is there
 */
export async function addComponents(file: ConstructorFile, repository: ComponentRepository, options: AddOptions): Promise<readonly AddedComponent[]> {
  const { signal, onProgress, concurrency } = options;
  const reading = { ...(signal && { signal }) };
  const built = new Map<string, ComponentDescriptor>();
  const plans: Plan[] = [];
  const referenceOptions = { built, repositories: [repository, ...(options.lookup ?? [])], warn: options.warn, ...reading };
  try {
    for (const component of buildOrder(file.components)) {
      const made = await buildComponent(component, {
        ...options,
        folder: file.folder,
        referenceDigest: (reference) => computeReferenceDigest(reference, referenceOptions),
      });
      for (const warning of imageWarnings(made.descriptor.component.resources)) options.warn(`${versionLabel(component.spec)}: ${warning}`);
      const plan: Plan = { made, there: undefined, state: "added" };
      plans.push(plan);
      Object.assign(plan, await compare(made, repository, { overwrite: options.overwrite, ...reading }));
      built.set(versionLabel(component.spec), made.descriptor);
    }
    const added: AddedComponent[] = [];
    for (const { made, state, there } of plans) {
      const { descriptor, blobs } = made;
      if (state === "equal" || options.dryRun) {
        const stored = state === "equal" ? there : undefined;
        added.push({ descriptor: stored?.descriptor ?? descriptor, state, digest: stored?.digest, layout: stored?.layout });
        continue;
      }
      const put = await repository.put({ descriptor, blobs, ...(onProgress && { onProgress }), ...(concurrency !== undefined && { concurrency }) }, reading);
      added.push({ descriptor, state, ...put });
    }
    return added;
  } finally {
    for (const { made } of plans) await made.close();
  }
}

interface Plan {
  readonly made: BuiltComponent;
  readonly there: StoredComponentVersion | undefined;
  readonly state: AddedComponent["state"];
}

interface CompareOptions {
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
}

async function compare(
  { descriptor }: BuiltComponent,
  repository: ComponentRepository,
  { overwrite, ...reading }: CompareOptions,
): Promise<Pick<Plan, "state" | "there">> {
  const { name, version } = descriptor.component;
  if (!(await repository.has(name, version, reading))) return { state: "added", there: undefined };
  const there = await repository.get(name, version, reading).catch((cause: unknown) => {
    // what cannot be read can be replaced
    if (overwrite && cause instanceof ComponentError) return undefined;
    throw cause;
  });
  if (there !== undefined && sameContent(there.descriptor, descriptor)) return { state: "equal", there };
  if (overwrite) return { state: "replaced", there };
  const label = versionLabel({ name, version });
  throw new ComponentError("refused", `${label} is in ${repository.store.name} with other content: choose another version, or replace it with --overwrite`, {
    subject: label,
  });
}

/** Signatures, and where it was before, are no content; nor is a time of creation that only the other one has. */
function sameContent(there: ComponentDescriptor, made: ComponentDescriptor): boolean {
  return jsonEqual(contentOf(there, made), contentOf(made, made));
}

function contentOf({ component }: ComponentDescriptor, made: ComponentDescriptor) {
  const { repositoryContexts: _, creationTime, ...content } = component;
  return made.component.creationTime === undefined ? content : { ...content, creationTime: creationTime ?? null };
}
