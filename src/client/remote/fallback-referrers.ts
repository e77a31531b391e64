import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { ClientError } from "../client-error.ts";
import type { ReadOptions } from "../content/content.ts";
import { MANIFEST_LIMIT } from "../content/manifest-bytes.ts";
import { createLimiter, type Limiter } from "../limiter.ts";
import { nameOf, type RegistryTraits, type RepositoryConnection } from "./connection.ts";
import { putManifest } from "./manifests.ts";
import { fallbackTag, readFallbackIndex } from "./referrers.ts";

/** Times that an entry is written before another client's writing is taken for the reason that it does not stay. */
const ATTEMPTS = 5;

/** For each registry, what writes its lists: an entry that was read back would else go with the next writing of this same process. */
const writers = new WeakMap<RegistryTraits, Limiter>();

/**
 * Enters a referrer in the index under the fallback tag (distribution-spec, "Pushing Manifests with Subject"). There is no
 * way to write it only if it did not change: this process writes one entry at a time, and reads it again afterwards for the
 * sake of other clients.
 */
export function addFallbackReferrer(connection: RepositoryConnection, subject: Digest, referrer: Descriptor, options: ReadOptions = {}): Promise<void> {
  return writerOf(connection).run(() => enterReferrer(connection, subject, referrer, options));
}

/** Takes a referrer out of that index. */
export function removeFallbackReferrer(connection: RepositoryConnection, subject: Digest, referrer: Digest, options: ReadOptions = {}): Promise<void> {
  return writerOf(connection).run(async () => {
    const listed = await readFallbackIndex(connection, subject, options);
    const kept = listed.filter(({ digest }) => digest !== referrer);
    if (kept.length < listed.length) await writeIndex(connection, subject, kept, options);
  });
}

function writerOf({ traits }: RepositoryConnection): Limiter {
  const writer = writers.get(traits) ?? createLimiter(1);
  writers.set(traits, writer);
  return writer;
}

async function enterReferrer(connection: RepositoryConnection, subject: Digest, referrer: Descriptor, options: ReadOptions): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const listed = await readFallbackIndex(connection, subject, options);
    if (listed.some(({ digest }) => digest === referrer.digest)) return;
    await writeIndex(connection, subject, [...listed, referrer], options);
  }
  const listed = await readFallbackIndex(connection, subject, options);
  if (listed.some(({ digest }) => digest === referrer.digest)) return;
  throw new ClientError(
    "network",
    `cannot list ${referrer.digest} as a referrer under ${nameOf(connection)}:${fallbackTag(subject)}: others write it at once; try again`,
  );
}

async function writeIndex(connection: RepositoryConnection, subject: Digest, manifests: readonly Descriptor[], options: ReadOptions): Promise<void> {
  const index = indexOf(manifests);
  if (index.bytes.length > MANIFEST_LIMIT) {
    throw new ClientError("refused", `${nameOf(connection)}:${fallbackTag(subject)} lists so many referrers that no more fit: delete some that are old`);
  }
  await putManifest(connection, index, { ...options, tags: [fallbackTag(subject)] });
}

function indexOf(manifests: readonly Descriptor[]): { readonly descriptor: Descriptor; readonly bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests }));
  return { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
}
