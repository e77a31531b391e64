import { type Digest, digestAlgorithm, digestOf, isDigest } from "../../oci/digest.ts";
import { MANIFEST_MEDIA_TYPES } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { PutManifestOptions, ReadOptions, StoredManifest } from "../content/content.ts";
import { describeManifest, MANIFEST_LIMIT, refuseSchema1 } from "../content/manifest-bytes.ts";
import type { Reply, TransportRequest } from "../transport/request.ts";
import { nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { expectStatus, type ReplyContext, refusesHead } from "./reply-error.ts";

const ACCEPT = [...MANIFEST_MEDIA_TYPES, "*/*;q=0.1"].join(", ");

/** What a registry says of a manifest without sending it. */
export interface ManifestHead {
  /** Undefined where the registry does not say it. */
  readonly digest: Digest | undefined;
  readonly mediaType: string;
  /** Bytes; undefined where the registry does not say it. */
  readonly size: number | undefined;
}

/** What a push brought about. */
export interface PutManifestResult {
  /** False where the manifest has a subject and the registry keeps no list of referrers: the fallback tag is then the client's task. */
  readonly subjectListed: boolean;
  /** The registry held the push to the condition that it had. */
  readonly isConditional: boolean;
}

/** Ours: a registry that holds pushes to conditions says so. Others may take no notice of them. */
const CONDITIONS = "OPM-Conditions";

export interface ConditionalPut extends PutManifestOptions {
  /** Refuse to move a tag that names something else than what has this entity tag, where the registry can do so (RFC 9110, section 13.1.1). */
  readonly ifMatch?: string;
  /** Tries in all. Default: the transport's. */
  readonly attempts?: number;
}

export interface ReadTag {
  readonly manifest: StoredManifest;
  /** As the registry gives it. */
  readonly etag: string | undefined;
}

/** What a tag names now; undefined where it is not there. */
export async function readTag(connection: RepositoryConnection, tag: Tag, options: ReadOptions = {}): Promise<ReadTag | undefined> {
  try {
    const { manifest, reply } = await fetchManifest(connection, tag, options);
    return { manifest, etag: reply.headers.get("ETag") ?? undefined };
  } catch (error) {
    if (isClientError(error, "not-found")) return undefined;
    throw error;
  }
}

export async function getManifest(connection: RepositoryConnection, reference: Tag | Digest, options: ReadOptions = {}): Promise<StoredManifest> {
  return (await fetchManifest(connection, reference, options)).manifest;
}

async function fetchManifest(connection: RepositoryConnection, reference: Tag | Digest, options: ReadOptions) {
  const reply = await ask(connection, "GET", reference, options);
  await expectStatus(reply, [200], contextOf(connection, "cannot read", reference));
  const bytes = await reply.bytes(MANIFEST_LIMIT);
  refuseSchema1(mediaTypeOf(reply), label(connection, reference));
  const promised = isDigest(reference) ? reference : headerDigest(reply);
  const digest = digestOf(bytes, promised === undefined ? "sha256" : digestAlgorithm(promised));
  if (promised !== undefined && digest !== promised) {
    throw new ClientError(
      "invalid",
      `${label(connection, reference)} has the digest ${digest}, not ${promised}: the registry, or something before it, changed it`,
    );
  }
  return { manifest: describeManifest(bytes, { digest, contentType: mediaTypeOf(reply), name: label(connection, reference) }), reply };
}

export async function headManifest(connection: RepositoryConnection, reference: Tag | Digest, options: ReadOptions = {}): Promise<ManifestHead> {
  const reply = connection.traits.heads ? await ask(connection, "HEAD", reference, options) : undefined;
  if (reply === undefined || refusesHead(connection, reply)) {
    await reply?.discard();
    return (await getManifest(connection, reference, options)).descriptor;
  }
  await expectStatus(reply, [200], contextOf(connection, "cannot find", reference));
  await reply.discard();
  const length = reply.headers.get("Content-Length");
  return {
    digest: headerDigest(reply) ?? (isDigest(reference) ? reference : undefined),
    mediaType: mediaTypeOf(reply) ?? "",
    size: length !== null && /^[0-9]+$/.test(length) ? Number(length) : undefined,
  };
}

/** A web server that has a page for every request stores nothing (distribution-spec, "Pushing Manifests": the answer has a Location). */
function saysNothing(connection: RepositoryConnection, reference: Tag | Digest): ClientError {
  return new ClientError(
    "network",
    `${label(connection, reference)} was not pushed: the answer does not say where it is stored: is ${connection.registry} a registry?`,
  );
}

/** Stores a manifest under its digest, or under the first tag; the other tags in the same request where the registry can, else one by one. */
export async function putManifest(connection: RepositoryConnection, manifest: StoredManifest, options: ConditionalPut = {}): Promise<PutManifestResult> {
  const { digest } = manifest.descriptor;
  const [first, ...more] = options.tags ?? [];
  const put = async (reference: Tag | Digest, tags: readonly Tag[] = []) => {
    const begun = performance.now();
    const url = repositoryUrl(connection, `manifests/${reference}`);
    for (const tag of tags) url.searchParams.append("tag", tag);
    const reply = await connection.transport.send({
      method: "PUT",
      url,
      headers: {
        "Content-Type": manifest.descriptor.mediaType,
        ...(options.ifAbsent === true && { "If-None-Match": "*" }),
        ...conditionOf(connection, options),
      },
      body: new Uint8Array(manifest.bytes),
      scopes: scopeOf(connection, "push"),
      ...(options.attempts !== undefined && { attempts: options.attempts }),
      ...(options.signal && { signal: options.signal }),
    });
    await expectStatus(reply, [201, 200, 202], contextOf(connection, "cannot push", reference));
    await reply.discard();
    if (reply.status === 200 && headerDigest(reply) === undefined && !reply.headers.has("Location")) throw saysNothing(connection, reference);
    connection.traits.conditions ||= reply.headers.has(CONDITIONS);
    connection.traits.slowestPut = Math.max(connection.traits.slowestPut, performance.now() - begun);
    const stored = headerDigest(reply);
    if (stored !== undefined && stored !== digest && digestAlgorithm(stored) === digestAlgorithm(digest)) {
      throw new ClientError("network", `${label(connection, reference)} was stored as ${stored}, not as ${digest}: something on the way changed it`);
    }
    return reply;
  };
  if (more.length === 0) return resultOf(await put(first ?? digest));
  // the parameter goes with a digest only, and a registry that does not know it ignores it (distribution-spec, "Pushing a Manifest with Tags")
  const reply = await put(digest, [...(options.tags ?? [])]);
  const set = new Set((reply.headers.get("OCI-Tag") ?? "").split(",").map((text) => text.trim()));
  for (const tag of options.tags ?? []) if (!set.has(tag)) await put(tag);
  return resultOf(reply);
}

/** @param reference a tag, which is all that goes then, or a digest, with which its tags go */
export async function deleteManifest(connection: RepositoryConnection, reference: Tag | Digest, options: ReadOptions = {}): Promise<void> {
  const reply = await ask(connection, "DELETE", reference, options);
  const context = contextOf(connection, "cannot delete", reference);
  await expectStatus(reply, [202, 200, 204], context).catch(async (error: unknown) => {
    // a registry that deletes no tags says so of one that is not there, too
    if (isClientError(error, "refused") && !(await isThere(connection, reference, options))) {
      throw new ClientError("not-found", `${context.what}: not found, or not visible to this user`, { cause: error });
    }
    throw error;
  });
  await reply.discard();
}

async function isThere(connection: RepositoryConnection, reference: Tag | Digest, options: ReadOptions): Promise<boolean> {
  return await headManifest(connection, reference, options).then(
    () => true,
    (error: unknown) => !isClientError(error, "not-found"),
  );
}

async function ask(connection: RepositoryConnection, method: TransportRequest["method"], reference: Tag | Digest, options: ReadOptions): Promise<Reply> {
  const reply = await connection.transport.send({
    method,
    url: repositoryUrl(connection, `manifests/${reference}`),
    headers: { Accept: ACCEPT },
    scopes: scopeOf(connection, method === "DELETE" ? "delete" : options.asPusher === true ? "push" : "pull"),
    ...(options.signal && { signal: options.signal }),
  });
  connection.traits.conditions ||= reply.headers.has(CONDITIONS);
  return reply;
}

/** A digest is an entity tag with registries that say so only: others may have tags of another form. */
function conditionOf({ traits }: RepositoryConnection, { ifMatch, ifNames }: ConditionalPut): Readonly<Record<string, string>> {
  if (ifMatch !== undefined) return { "If-Match": ifMatch };
  return ifNames !== undefined && traits.conditions ? { "If-Match": `"${ifNames}"` } : {};
}

function resultOf(reply: Reply): PutManifestResult {
  return { subjectListed: reply.headers.has("OCI-Subject"), isConditional: reply.headers.has(CONDITIONS) };
}

function headerDigest(reply: Reply): Digest | undefined {
  const text = reply.headers.get("Docker-Content-Digest");
  return text !== null && isDigest(text) ? text : undefined;
}

function mediaTypeOf(reply: Reply): string | undefined {
  return reply.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() || undefined;
}

function label(connection: RepositoryConnection, reference: Tag | Digest): string {
  return `${nameOf(connection)}${isDigest(reference) ? "@" : ":"}${reference}`;
}

function contextOf(connection: RepositoryConnection, verb: string, reference: Tag | Digest): ReplyContext {
  return { ...connection, what: `${verb} ${label(connection, reference)}` };
}
