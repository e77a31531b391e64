import { type Digest, type DigestAlgorithm, isDigestAlgorithm, parseDigest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { mountBlob } from "../../registry/mount.ts";
import { openUpload } from "../../registry/open-upload.ts";
import type { SessionReference } from "../../registry/upload-session.ts";
import {
  announcedAlgorithm,
  appendToUpload,
  type Chunk,
  cancelUpload,
  finishUpload,
  type UploadStatus,
  uploadInOne,
  uploadRange,
  uploadStatus,
} from "../../registry/uploads.ts";
import type { Call } from "../context.ts";
import { DOCKER_CONTENT_DIGEST, DOCKER_UPLOAD_UUID, type HeaderRecord } from "../headers.ts";
import { emptyReply, type HttpReply } from "../http.ts";
import type { ReferencePath, RepositoryPath } from "../path-values.ts";
import { parseContentRange } from "../range.ts";

/** spec: end-4a (open a session), end-4b (blob in one request), end-4c (with an algorithm), end-11 (mount). */
export async function postUpload(call: Call, { name }: RepositoryPath): Promise<HttpReply> {
  const { services, query, actor } = call;
  const mount = query.get("mount");
  if (mount !== null && (await tryMount(call, name, parseDigest(mount)))) return created(name, parseDigest(mount));
  const digest = query.get("digest");
  const algorithm = parseAlgorithm(query.get("digest-algorithm"));
  if (digest !== null && mount === null) {
    const parsed = parseDigest(digest);
    await call.admitted();
    await uploadInOne(services.registry, name, parsed, actor, chunkOf(call));
    return created(name, parsed);
  }
  const status = openUpload(services.registry, name, announcedAlgorithm(algorithm, mount === null ? undefined : parseDigest(mount)), actor);
  return progress(202, name, status);
}

/** spec: end-13. */
export async function getUpload(call: Call, { name, reference: location }: ReferencePath): Promise<HttpReply> {
  return progress(204, name, await uploadStatus(call.services.registry, session(call, name, location)));
}

/** spec: end-5. */
export async function patchUpload(call: Call, { name, reference: location }: ReferencePath): Promise<HttpReply> {
  const status = await locating(name, location, () => appendToUpload(call.services.registry, session(call, name, location), chunkOf(call)));
  return progress(202, name, status);
}

/** spec: end-6. */
export async function putUpload(call: Call, { name, reference: location }: ReferencePath): Promise<HttpReply> {
  const text = call.query.get("digest");
  if (text === null) throw new RegistryError("DIGEST_INVALID", "the request that closes an upload needs the digest parameter");
  const digest = parseDigest(text);
  const chunk = !call.request.hasBody && call.request.header("content-range") === undefined ? undefined : chunkOf(call);
  await locating(name, location, () => finishUpload(call.services.registry, session(call, name, location), { digest, chunk, admitted: call.admitted }));
  return created(name, digest);
}

/** spec: end-14. */
export async function deleteUpload(call: Call, { name, reference: location }: ReferencePath): Promise<HttpReply> {
  await cancelUpload(call.services.registry, session(call, name, location));
  return emptyReply(204);
}

async function tryMount({ services, query, admitted, actor }: Call, to: RepositoryName, digest: Digest): Promise<boolean> {
  const principal = await admitted();
  const from = query.get("from");
  return mountBlob(services.registry, {
    to,
    from: from === null || from === "" ? undefined : parseRepositoryName(from),
    digest,
    actor,
    mayPull: (repository) => services.access.may(principal, "pull", repository),
  });
}

function chunkOf({ request }: Call): Chunk {
  const header = request.header("content-length");
  const length = header === undefined ? undefined : Number(header);
  return { body: request.body, length, range: parseContentRange(request.header("content-range"), length) };
}

function parseAlgorithm(text: string | null): DigestAlgorithm | undefined {
  if (text === null) return undefined;
  if (isDigestAlgorithm(text)) return text;
  throw new RegistryError("DIGEST_INVALID", `unsupported digest-algorithm '${text.slice(0, 40)}': expected sha256 or sha512`);
}

function session({ actor }: Call, repository: RepositoryName, location: string): SessionReference {
  return { repository, location, actor };
}

function uploadLocation(name: RepositoryName, location: string): string {
  return `/v2/${name}/blobs/uploads/${location}`;
}

function progress(status: 202 | 204, name: RepositoryName, upload: UploadStatus): HttpReply {
  const headers: HeaderRecord = { Location: uploadLocation(name, upload.location), Range: uploadRange(upload.size), [DOCKER_UPLOAD_UUID]: upload.id };
  return emptyReply(status, headers);
}

function created(name: RepositoryName, digest: Digest): HttpReply {
  return emptyReply(201, { Location: `/v2/${name}/blobs/${digest}`, [DOCKER_CONTENT_DIGEST]: digest });
}

/** Adds the session's location to a refusal that the client answers by going on with the same session. */
async function locating<T>(name: RepositoryName, location: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 416) throw error;
    const headers = { ...error.headers, Location: uploadLocation(name, location) };
    throw new RegistryError(error.code, error.message, { status: error.status, detail: error.detail, headers, cause: error });
  }
}
