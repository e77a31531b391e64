import { parseDigest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { deleteBlob, openBlob, statBlob } from "../../registry/blobs.ts";
import { sendBlob } from "../blob-response.ts";
import type { Call } from "../context.ts";
import { etagOf, matchesEtag } from "../etag.ts";
import { DOCKER_CONTENT_DIGEST, type HeaderRecord } from "../headers.ts";
import { parseRange } from "../range.ts";

/** Content never changes under its digest, but whether the caller may have it can: caches must ask again. */
const CACHE_CONTROL = "private, max-age=0, must-revalidate";

/** spec: end-2, `GET`. Serves ranges and answers conditional requests. */
export async function getBlob({ services, request }: Call, name: RepositoryName, reference: string): Promise<Response> {
  const digest = parseDigest(reference);
  const source = await openBlob(services.registry, name, digest);
  const headers = blobHeaders(digest);
  const etag = etagOf(digest);
  if (matchesEtag(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  const ifRange = request.headers.get("if-range");
  const wanted = ifRange === null || ifRange === etag ? request.headers.get("range") : null;
  return sendBlob(source, parseRange(wanted, source.size), headers, { idle: services.idle, signal: request.signal });
}

/** spec: end-2, `HEAD`. */
export async function headBlob({ services, request }: Call, name: RepositoryName, reference: string): Promise<Response> {
  const digest = parseDigest(reference);
  const size = await statBlob(services.registry, name, digest);
  const headers = blobHeaders(digest);
  if (matchesEtag(request.headers.get("if-none-match"), etagOf(digest))) return new Response(null, { status: 304, headers });
  return new Response(null, { headers: { ...headers, "Content-Length": String(size) } });
}

/** spec: end-10. */
export async function removeBlob({ services, actor }: Call, name: RepositoryName, reference: string): Promise<Response> {
  await deleteBlob(services.registry, name, parseDigest(reference), actor);
  return new Response(null, { status: 202 });
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
