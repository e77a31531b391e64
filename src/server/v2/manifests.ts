import { MEDIA_TYPE } from "../../oci/descriptor.ts";
import { abbreviate } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseManifestReference } from "../../oci/reference.ts";
import { parseTag, type Tag } from "../../oci/tag.ts";
import { classifyTag } from "../../oci/tag-class.ts";
import { audienceOf } from "../../registry/audience.ts";
import { deleteManifest } from "../../registry/delete-manifest.ts";
import { getManifest, putManifest, statManifest } from "../../registry/manifests.ts";
import { type Awaitable, after } from "../../storage/awaitable.ts";
import type { ManifestRecord } from "../../storage/metadata/manifests.ts";
import type { Call } from "../context.ts";
import { entityTags, etagOf, matchesEtag } from "../etag.ts";
import { CONDITIONS, DOCKER_CONTENT_DIGEST, type HeaderRecord, OCI_SUBJECT, OCI_TAG, OPM_CONDITIONS } from "../headers.ts";
import { emptyReply, type HttpReply } from "../http.ts";
import type { ReferencePath } from "../path-values.ts";
import { withManifest } from "./manifest-room.ts";

/** Tags that one request may set (the specification asks for 10 at least). */
const TAGS_LIMIT = 100;

/** Said of tags of the referrers tag schema, which clients push where the referrers API is missing. */
const REFERRERS_TAG_WARNING =
  "this registry has the referrers API: tags of the referrers tag schema are not needed, and no list of referrers is read from them";

/** spec: end-3, `GET`. */
export function getManifestEndpoint({ services, request }: Call, { name, reference }: ReferencePath): Awaitable<HttpReply> {
  const parsed = parseManifestReference(reference);
  return after(getManifest(services.registry, name, parsed), (manifest) => {
    const headers = manifestHeaders(manifest);
    if (matchesEtag(request.header("if-none-match"), etagOf(manifest.digest))) return emptyReply(304, headers);
    if ("tag" in parsed) services.registry.pulls.count(name, parsed.tag);
    return { status: 200, headers, body: manifest.body };
  });
}

/** spec: end-3, `HEAD`. */
export function headManifest({ services, request }: Call, { name, reference }: ReferencePath): Awaitable<HttpReply> {
  return after(statManifest(services.registry, name, parseManifestReference(reference)), (manifest) => {
    const isKnown = matchesEtag(request.header("if-none-match"), etagOf(manifest.digest));
    return emptyReply(isKnown ? 304 : 200, manifestHeaders(manifest));
  });
}

/** spec: end-7a, end-7b. */
export async function putManifestEndpoint(call: Call, { name, reference: text }: ReferencePath): Promise<HttpReply> {
  const { services, request, query, actor } = call;
  const reference = parseManifestReference(text);
  const tags = parseTags(query);
  const contentType = parseContentType(request.header("content-type"));
  // RFC 9110, section 13.1: whoever publishes a version for good, or changes what a tag names, says so
  const condition = { match: entityTags(request.header("if-match")), noneMatch: entityTags(request.header("if-none-match")) };
  const pushed = await withManifest(call, (body) => {
    return putManifest(services.registry, { repository: name, reference, tags, contentType, body, condition, actor });
  });
  const headers: HeaderRecord = {
    Location: `/v2/${name}/manifests/${pushed.digest}`,
    [DOCKER_CONTENT_DIGEST]: pushed.digest,
    ETag: etagOf(pushed.digest),
    [OPM_CONDITIONS]: CONDITIONS,
  };
  if (pushed.subject !== undefined) headers[OCI_SUBJECT] = pushed.subject;
  if (tags.length > 0) headers[OCI_TAG] = pushed.tags.join(", ");
  const warnings = pushed.warnings.map(({ message }) => message);
  if (pushed.tags.some((tag) => classifyTag(tag, undefined).class === "referrers")) warnings.unshift(REFERRERS_TAG_WARNING);
  return { ...emptyReply(201, headers), warnings };
}

/** spec: end-9. */
export async function removeManifest({ services, principal, actor }: Call, { name, reference }: ReferencePath): Promise<HttpReply> {
  const { registry, access } = services;
  const findings = await deleteManifest(registry, {
    repository: name,
    reference: parseManifestReference(reference),
    actor,
    audience: audienceOf(access, principal),
  });
  return { ...emptyReply(202), warnings: findings.map(({ message }) => message) };
}

/** RFC 9110, section 5.6.6. */
const PARAMETERS = /^(?:;\s*(?:[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))?\s*)*$/;

/**
 * RFC 9110, section 8.3: a media type, whose parameters do not matter here.
 * @returns undefined where the request does not say
 */
function parseContentType(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, type = "", parameters = ""] = /^\s*([^;\s]+)\s*(.*)$/.exec(header) ?? [];
  if (MEDIA_TYPE.test(type) && PARAMETERS.test(parameters)) return type;
  throw new RegistryError("MANIFEST_INVALID", `the Content-Type '${abbreviate(header)}' is no media type: send that of the manifest`);
}

function parseTags(query: URLSearchParams): Tag[] {
  const tags = query.getAll("tag");
  if (tags.length <= TAGS_LIMIT) return tags.map(parseTag);
  throw new RegistryError("TAG_INVALID", `${tags.length} tags in one request; this registry takes ${TAGS_LIMIT}`, { status: 414 });
}

function manifestHeaders({ digest, mediaType, size }: ManifestRecord): HeaderRecord {
  return {
    "Content-Type": mediaType,
    "Content-Length": String(size),
    [DOCKER_CONTENT_DIGEST]: digest,
    ETag: etagOf(digest),
    [OPM_CONDITIONS]: CONDITIONS,
    "Cache-Control": "private, max-age=0, must-revalidate",
    "X-Content-Type-Options": "nosniff",
  };
}
