import { isClientError } from "../client-error.ts";
import type { RepositoryClient } from "../remote/repository-client.ts";
import type { ContentSource, ContentTarget, PutManifestOptions, StoredManifest } from "./content.ts";
import { parseStored, referrerDescriptor } from "./stored-manifest.ts";

/** A repository of a registry, to read from and to write to. Referrers are listed also where the registry does not do it itself. */
export function repositoryContent(client: RepositoryClient): ContentSource & ContentTarget {
  const { registry, repository } = client;
  return {
    name: `${registry}/${repository}`,
    location: { registry, repository },
    manifest: (reference, options) => client.getManifest(reference, options),
    blob: (descriptor, options) => client.blob(descriptor, options),
    resumes: true,
    async referrers(subject, options) {
      return (await client.referrers(subject, options)).descriptors;
    },
    async tags(options) {
      return (await Array.fromAsync(client.tags(options))).sort();
    },
    async hasBlob({ digest }, options) {
      return (await client.headBlob(digest, { ...options, asPusher: true })) !== undefined;
    },
    async hasManifest({ digest }, options) {
      try {
        await client.headManifest(digest, { ...options, asPusher: true });
        return true;
      } catch (error) {
        if (isClientError(error, "not-found")) return false;
        throw error;
      }
    },
    putBlob: (blob, options) => client.pushBlob(blob, options),
    mountBlob: async (descriptor, from, options) => from.registry === registry && (await client.mountBlob(descriptor, { from: from.repository, ...options })),
    putManifest: (manifest, options) => pushManifest(client, manifest, options),
    updateTag: (tag, change, options) => client.updateTag(tag, change, options),
    close: async () => {},
    discard: async () => {},
  };
}

/** Pushes a manifest; where it refers to a subject and the registry keeps no list, the fallback tag is kept instead. */
export async function pushManifest(client: RepositoryClient, manifest: StoredManifest, options: PutManifestOptions = {}): Promise<void> {
  const { subjectListed } = await client.putManifest(manifest, options);
  if (subjectListed) return;
  const parsed = parseStored(manifest);
  if (parsed.subject !== undefined) await client.addFallbackReferrer(parsed.subject, referrerDescriptor(manifest, parsed), options);
}
