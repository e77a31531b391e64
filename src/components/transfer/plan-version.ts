import { isClientError } from "../../client/client-error.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, JsonObject } from "../descriptor/component-descriptor.ts";
import { jsonEqual } from "../descriptor/json-tree.ts";
import { normalise } from "../normalisation/normalise.ts";
import type { ComponentRepository, PutComponentVersion, StoredComponentVersion } from "../repository/component-repository.ts";
import type { ComponentStore } from "../repository/component-store.ts";
import { versionLabel } from "../version-label.ts";
import { checkUnchanged } from "./check-unchanged.ts";
import { checkUpload, type ImageUpload } from "./image-upload.ts";
import { isSameVersion, mergeVersions, withAccesses } from "./merge-versions.ts";
import { planElements } from "./plan-elements.ts";
import type { TransferOptions, TransferState } from "./transfer-options.ts";

/** What is to be done to have a component version at the target. */
export interface VersionPlan {
  readonly inbound: StoredComponentVersion;
  /** What the target has under its name. */
  readonly existing: StoredComponentVersion | undefined;
  readonly state: TransferState;
  /** Nothing for `present`. */
  readonly put: PutComponentVersion | undefined;
  readonly uploads: readonly ImageUpload[];
}

/**
 * Compares a component version with what the target has, and finds all that is to be sent. Nothing is sent.
 * @throws ComponentError `refused` when the target has other content under its name; `not-found` when content is missing
 */
export async function planVersion(inbound: StoredComponentVersion, target: ComponentRepository, options: TransferOptions): Promise<VersionPlan> {
  const { overwrite = false } = options;
  const found = await findExisting(inbound, target, options);
  const existing = found === "broken" ? undefined : found;
  const isSame = existing !== undefined && sameContent(inbound.descriptor, existing.descriptor);
  if (existing !== undefined && !isSame && !overwrite) throw conflict(inbound, target.store);
  const place = { inbound, existing: isSame ? existing : undefined, store: target.store };
  const [resources, sources] = [await planElements("resource", place, options), await planElements("source", place, options)];
  const base = isSame && !overwrite ? mergeVersions(inbound.descriptor, existing.descriptor) : inbound.descriptor;
  const moved = withAccesses(base, { resources: resources.map(({ access }) => access), sources: sources.map(({ access }) => access) });
  const result = withContext(moved, target.store);
  if (isSame && isSameVersion(result, existing.descriptor)) return { inbound, existing, state: "present", put: undefined, uploads: [] };
  const { descriptorMediaType, schema } = inbound;
  const merged = isSame && !overwrite ? existing.descriptor : undefined;
  checkUnchanged({ inbound: inbound.descriptor, existing: merged, result, mediaType: descriptorMediaType, schema });
  const elements = [...resources, ...sources];
  for (const element of elements) await element.check();
  const uploads = elements.flatMap(({ upload }) => upload ?? []);
  if (!overwrite) for (const upload of uploads) await checkUpload(target.store, upload, options);
  const blobs = elements.flatMap((element) => element.blobs);
  const state = found === undefined ? "copied" : isSame ? "updated" : "replaced";
  return { inbound, existing, state, put: { descriptor: result, blobs, descriptorMediaType, schema }, uploads };
}

/** `broken` for one that cannot be read, and is to be replaced. */
async function findExisting(inbound: StoredComponentVersion, target: ComponentRepository, { overwrite, signal }: TransferOptions) {
  const { name, version } = inbound.descriptor.component;
  try {
    return await target.get(name, version, { asPusher: true, ...(signal && { signal }) });
  } catch (cause) {
    if (isClientError(cause, "not-found")) return undefined;
    const isBroken = isClientError(cause, "invalid") || (cause instanceof ComponentError && cause.kind === "invalid");
    if (!isBroken) throw cause;
    if (overwrite === true) return "broken";
    throw new ComponentError(
      "refused",
      `${target.store.name} has a ${versionLabel(inbound.descriptor.component)} that cannot be read: --overwrite replaces it (${cause.message})`,
      {
        cause,
      },
    );
  }
}

/** What both consist of is the same by what can be signed. */
function sameContent(one: ComponentDescriptor, other: ComponentDescriptor): boolean {
  return Buffer.compare(normalise(one, "jsonNormalisation/v3"), normalise(other, "jsonNormalisation/v3")) === 0;
}

/** Registries say where they are: the place is appended unless it is the last already. Archives are only on the way. */
function withContext(descriptor: ComponentDescriptor, { kind, spec }: ComponentStore): ComponentDescriptor {
  const { component } = descriptor;
  const context: JsonObject = { ...spec };
  if (kind !== "registry" || jsonEqual(component.repositoryContexts.at(-1), context)) return descriptor;
  return { ...descriptor, component: { ...component, repositoryContexts: [...component.repositoryContexts, context] } };
}

function conflict(inbound: StoredComponentVersion, store: ComponentStore): ComponentError {
  const label = versionLabel(inbound.descriptor.component);
  return new ComponentError("refused", `${store.name} has another ${label}: its content differs from that of ${inbound.store.name}; --overwrite replaces it`, {
    subject: label,
  });
}
