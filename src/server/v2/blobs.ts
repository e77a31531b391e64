import { type Digest, parseDigest } from "../../oci/digest.ts";
import { audienceOf } from "../../registry/audience.ts";
import { deleteBlob, missingContent, openBlob, statBlob } from "../../registry/blobs.ts";
import { type Awaitable, after } from "../../storage/awaitable.ts";
import type { BlobSource, ByteRange, RemoteBlob } from "../../storage/content-store.ts";
import type { Call } from "../context.ts";
import { etagOf, matchesEtag } from "../etag.ts";
import { DOCKER_CONTENT_DIGEST, type HeaderRecord } from "../headers.ts";
import { type BodySource, emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import type { ReferencePath } from "../path-values.ts";
import { parseByteRange } from "../range.ts";

/** Content never changes under its digest, but whether the caller may have it can: caches must ask again. */
const CACHE_CONTROL = "private, max-age=0, must-revalidate";

/** spec: end-2, `GET`. Serves ranges and answers conditional requests. */
export function getBlob({ services, request }: Call, { name, reference }: ReferencePath): Awaitable<HttpReply> {
  const digest = parseDigest(reference);
  return after(openBlob(services.registry, name, digest), (source) => blobReply(request, digest, source));
}

function blobReply(request: HttpRequest, digest: Digest, source: BlobSource): Awaitable<HttpReply> {
  const headers = blobHeaders(digest);
  const etag = etagOf(digest);
  if (matchesEtag(request.header("if-none-match"), etag)) return emptyReply(304, headers);
  const ifRange = request.header("if-range");
  const wanted = ifRange === undefined || ifRange === etag ? request.header("range") : undefined;
  const range = parseByteRange(wanted, source.size);
  if (range !== undefined) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${source.size}`;
  const reply = (body: BodySource): HttpReply => ({ status: range === undefined ? 200 : 206, headers, body: { source: body, range } });
  return source.kind === "remote" ? remoteReply(digest, source, { range, reply }) : reply(source);
}

interface RemoteReply {
  readonly range: ByteRange | undefined;
  readonly reply: (body: BodySource) => HttpReply;
}

/** Sends the reader to the service that has the blob, or asks that for the bytes, so that its refusal is one before anything is sent. */
async function remoteReply(digest: Digest, { size, url, open }: RemoteBlob, { range, reply }: RemoteReply): Promise<HttpReply> {
  const location = await url?.();
  if (location !== undefined) {
    return emptyReply(307, { Location: location, [DOCKER_CONTENT_DIGEST]: digest, "Cache-Control": CACHE_CONTROL });
  }
  const stream = await open(range);
  if (stream === undefined) throw missingContent(digest);
  return reply({ kind: "stream", size, open: () => stream });
}

/** spec: end-2, `HEAD`. */
export async function headBlob({ services, request }: Call, { name, reference }: ReferencePath): Promise<HttpReply> {
  const digest = parseDigest(reference);
  const size = await statBlob(services.registry, name, digest);
  const headers = blobHeaders(digest);
  if (matchesEtag(request.header("if-none-match"), etagOf(digest))) return emptyReply(304, headers);
  return emptyReply(200, { ...headers, "Content-Length": String(size) });
}

/** spec: end-10. */
export async function removeBlob({ services, principal, actor }: Call, { name, reference }: ReferencePath): Promise<HttpReply> {
  const { registry, access } = services;
  const findings = await deleteBlob(registry, { repository: name, digest: parseDigest(reference), actor, audience: audienceOf(access, principal) });
  return { ...emptyReply(202), warnings: findings.map(({ message }) => message) };
}

function blobHeaders(digest: string): HeaderRecord {
  return {
    "Content-Type": "application/octet-stream",
    [DOCKER_CONTENT_DIGEST]: digest,
    ETag: etagOf(digest),
    "Accept-Ranges": "bytes",
    "Cache-Control": CACHE_CONTROL,
    "X-Content-Type-Options": "nosniff",
  };
}
