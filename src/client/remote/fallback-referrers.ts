import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { ClientError } from "../client-error.ts";
import type { ReadOptions, StoredManifest, TagChange } from "../content/content.ts";
import { MANIFEST_LIMIT } from "../content/manifest-bytes.ts";
import { nameOf, type RegistryTraits, type RepositoryConnection } from "./connection.ts";
import { fallbackTag, parseFallbackIndex } from "./referrers.ts";
import { updateTag } from "./update-tag.ts";

/** What one process enters in one list. */
interface Entering {
  readonly wanted: Map<Digest, Descriptor>;
  readonly listed: Set<Digest>;
  running: Promise<unknown> | undefined;
}

/** For each registry, by list: what comes while another entry is being made sure of goes along with it. */
const lists = new WeakMap<RegistryTraits, Map<string, Entering>>();

/**
 * Enters a referrer in the index under the fallback tag (distribution-spec, "Pushing Manifests with Subject"); entries of others stay.
 * @throws ClientError `general` where it cannot be made sure that it stays, `refused` where the registry cannot keep such a list
 */
export async function addFallbackReferrer(connection: RepositoryConnection, subject: Digest, referrer: Descriptor, options: ReadOptions = {}): Promise<void> {
  const list = listOf(connection, subject);
  list.wanted.set(referrer.digest, referrer);
  list.listed.delete(referrer.digest);
  while (!list.listed.has(referrer.digest)) {
    list.running ??= enterAll(connection, subject, { list, options }).finally(() => {
      list.running = undefined;
    });
    await list.running;
  }
}

/** Takes a referrer out of that index. */
export async function removeFallbackReferrer(connection: RepositoryConnection, subject: Digest, referrer: Digest, options: ReadOptions = {}): Promise<void> {
  const list = listOf(connection, subject);
  list.wanted.delete(referrer);
  list.listed.delete(referrer);
  const change: TagChange = (before) => {
    const listed = before === undefined ? [] : parseFallbackIndex(connection, subject, before);
    const kept = listed.filter(({ digest }) => digest !== referrer);
    return kept.length < listed.length ? indexOf(kept) : undefined;
  };
  await updateTag(connection, fallbackTag(subject), change, options);
}

function listOf({ traits, repository }: RepositoryConnection, subject: Digest): Entering {
  const known = lists.get(traits) ?? new Map<string, Entering>();
  lists.set(traits, known);
  const key = `${repository}@${subject}`;
  const list = known.get(key) ?? { wanted: new Map(), listed: new Set(), running: undefined };
  known.set(key, list);
  return list;
}

async function enterAll(
  connection: RepositoryConnection,
  subject: Digest,
  { list, options }: { readonly list: Entering; readonly options: ReadOptions },
): Promise<void> {
  const entered = new Set<Digest>();
  let writes = 0;
  const change: TagChange = (before) => {
    if (before?.descriptor.digest === subject && writes > 0) throw unlistable(connection, subject);
    const listed = before === undefined ? [] : parseFallbackIndex(connection, subject, before);
    for (const digest of list.wanted.keys()) entered.add(digest);
    const missing = [...list.wanted.values()].filter(({ digest }) => !listed.some((entry) => entry.digest === digest));
    if (missing.length === 0) return undefined;
    writes++;
    return sized(connection, subject, indexOf([...listed, ...missing]));
  };
  await updateTag(connection, fallbackTag(subject), change, options);
  for (const digest of entered) {
    list.listed.add(digest);
    list.wanted.delete(digest);
  }
}

function unlistable(connection: RepositoryConnection, subject: Digest): ClientError {
  const message = `${connection.registry} keeps no list of referrers and takes the tag ${fallbackTag(subject)}, under which it would be, for the digest of the subject`;
  return new ClientError("refused", `${message}: what was pushed is in ${nameOf(connection)} by its digest, but is listed nowhere`);
}

function sized(connection: RepositoryConnection, subject: Digest, index: StoredManifest): StoredManifest {
  if (index.bytes.length <= MANIFEST_LIMIT) return index;
  throw new ClientError("refused", `${nameOf(connection)}:${fallbackTag(subject)} lists so many referrers that no more fit: delete some that are old`);
}

function indexOf(manifests: readonly Descriptor[]): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests }));
  return { descriptor: { mediaType: OCI_IMAGE_INDEX, digest: digestOf(bytes), size: bytes.length }, bytes };
}
