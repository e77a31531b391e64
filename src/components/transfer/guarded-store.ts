import { isClientError } from "../../client/client-error.ts";
import type { ContentTarget, PutManifestOptions, StoredManifest } from "../../client/content/content.ts";
import type { Digest } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentStore } from "../repository/component-store.ts";

/**
 * A store whose tags are moved only from where they were when a transfer was planned: another may have written in the meantime. Where
 * the registry can do so, it makes sure of that itself.
 * @param expected what the tag named; undefined for nothing
 * @param label of the component version, for messages
 */
export function guardedStore(store: ComponentStore, expected: Digest | undefined, label: string): ComponentStore {
  return {
    ...store,
    target(repository) {
      const target = store.target(repository);
      return { ...target, putManifest: (manifest, options) => putGuarded(target, { manifest, expected, label }, options) };
    },
  };
}

interface GuardedPut {
  readonly manifest: StoredManifest;
  readonly expected: Digest | undefined;
  readonly label: string;
}

async function putGuarded(target: ContentTarget, { manifest, expected, label }: GuardedPut, options: PutManifestOptions = {}): Promise<void> {
  for (const tag of options.tags ?? []) {
    const now = await target.manifest(tag, options).catch((error) => {
      if (isClientError(error, "not-found")) return undefined;
      throw error;
    });
    const digest = now?.descriptor.digest;
    if (digest !== expected && digest !== manifest.descriptor.digest) {
      throw new ComponentError("refused", `${label} was changed in ${target.name} at the same time: it was left as it is; repeat the transfer`, {
        subject: label,
      });
    }
  }
  const condition = expected === undefined ? { ifAbsent: true } : { ifNames: expected };
  await target.putManifest(manifest, { ...options, ...((options.tags?.length ?? 0) > 0 && condition) });
}
