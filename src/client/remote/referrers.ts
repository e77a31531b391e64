import { type Descriptor, descriptorShape } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { check, fields, list, literal, nullish, optional } from "../../oci/shape.ts";
import { parseTag, type Tag } from "../../oci/tag.ts";
import { ClientError } from "../client-error.ts";
import type { ReadOptions, StoredManifest } from "../content/content.ts";
import { nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { readErrorDocument } from "./error-document.ts";
import { readTag } from "./manifests.ts";
import { nextPage, PAGE_LIMIT } from "./paging.ts";
import { expectStatus } from "./reply-error.ts";

/** Bytes of a page of referrers. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

const answerShape = fields({ mediaType: optional(literal(OCI_IMAGE_INDEX)), manifests: nullish(list(descriptorShape)) });
const referrersShape = fields({ manifests: nullish(list(descriptorShape)) });

export interface ReferrersOptions extends ReadOptions {
  /** Only those of this type. */
  readonly artifactType?: string;
}

export interface Referrers {
  readonly descriptors: readonly Descriptor[];
  /** Where they come from: the API, or the index under the fallback tag where the registry has none. */
  readonly from: "api" | "tag";
}

/** The manifests that refer to a subject (distribution-spec, "Listing Referrers", "Unavailable Referrers API"). */
export async function listReferrers(connection: RepositoryConnection, subject: Digest, options: ReferrersOptions = {}): Promise<Referrers> {
  const { artifactType } = options;
  const listed = connection.traits.referrersApi ? await fromApi(connection, subject, options) : undefined;
  const descriptors = listed ?? (await readFallbackIndex(connection, subject, options));
  return {
    descriptors: artifactType === undefined ? descriptors : descriptors.filter((descriptor) => descriptor.artifactType === artifactType),
    from: listed === undefined ? "tag" : "api",
  };
}

/** The tag under which clients keep the referrers of a subject where the registry does not (distribution-spec, "Referrers Tag Schema"). */
export function fallbackTag(subject: Digest): Tag {
  return parseTag(`${digestAlgorithm(subject)}-${digestEncoded(subject).slice(0, 64)}`);
}

/** What the index under the fallback tag lists; empty where there is none. */
async function readFallbackIndex(connection: RepositoryConnection, subject: Digest, options: ReadOptions = {}): Promise<readonly Descriptor[]> {
  const found = await readTag(connection, fallbackTag(subject), options);
  return found === undefined ? [] : parseFallbackIndex(connection, subject, found.manifest);
}

/**
 * The entries of what a fallback tag names. The subject itself is no list, although an index of platforms looks like one: some registries take the tag
 * for the digest that it is made of.
 * @throws ClientError `invalid` when it cannot be read
 */
export function parseFallbackIndex(connection: RepositoryConnection, subject: Digest, { descriptor, bytes }: StoredManifest): readonly Descriptor[] {
  if (descriptor.mediaType !== OCI_IMAGE_INDEX || descriptor.digest === subject) return [];
  const { value } = check(referrersShape, JSON.parse(new TextDecoder().decode(bytes)));
  if (value !== undefined) return value.manifests ?? [];
  const message = `the list of referrers under ${nameOf(connection)}:${fallbackTag(subject)} cannot be read: it was not made by a registry client`;
  throw new ClientError("invalid", message);
}

/** Undefined where the registry has no such API. @throws ClientError where it has one, or may have one, that does not answer */
async function fromApi(
  connection: RepositoryConnection,
  subject: Digest,
  { artifactType, signal }: ReferrersOptions,
): Promise<readonly Descriptor[] | undefined> {
  const what = `cannot list the referrers of ${nameOf(connection)}@${subject}`;
  const found: Descriptor[] = [];
  let url: URL | undefined = repositoryUrl(connection, `referrers/${subject}`, artifactType === undefined ? {} : { artifactType });
  for (let page = 0; url !== undefined && page < PAGE_LIMIT; page++) {
    const reply = await connection.transport.send({
      method: "GET",
      url,
      headers: { Accept: OCI_IMAGE_INDEX },
      scopes: scopeOf(connection, "pull"),
      staysWithHost: true,
      ...(signal && { signal }),
    });
    if (page === 0 && meansNoApi(reply.status)) {
      const { code } = await readErrorDocument(reply);
      // what is about this repository or digest says nothing about others
      if (reply.status !== 400 && code !== "NAME_UNKNOWN") connection.traits.referrersApi = false;
      return undefined;
    }
    await expectStatus(reply, [200], { ...connection, what });
    url = nextPage(reply);
    const listed = indexIn(await reply.bytes(ANSWER_LIMIT));
    if (listed === undefined && page === 0) {
      connection.traits.referrersApi = false;
      return undefined;
    }
    if (listed === undefined) throw new ClientError("network", `${what}: the registry continues the list with what is none: try again later`);
    found.push(...listed);
  }
  return found;
}

/**
 * Answers of registries that have no such API: redirects to a page or another host, what is about the path or the question, 501. Who may not ask
 * (401, 403), asks too often (429) or asks one that fails (5xx) does not know.
 */
function meansNoApi(status: number): boolean {
  return (status >= 300 && status < 400) || status === 501 || (status >= 400 && status < 500 && ![401, 403, 407, 408, 425, 429].includes(status));
}

/** The entries of an image index; undefined for what is none, e.g. a page for people. */
function indexIn(bytes: Uint8Array): readonly Descriptor[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const { value } = check(answerShape, json);
  if (value === undefined) return undefined;
  const { mediaType, manifests } = value;
  // an empty list is null with some registries: then the type says what it is
  return manifests ?? (mediaType === OCI_IMAGE_INDEX ? [] : undefined);
}
