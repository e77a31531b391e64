import type { DigestAlgorithm } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Registry } from "./registry.ts";
import type { UploadStatus } from "./uploads.ts";

/** Milliseconds that a session is kept to which no byte has come. */
const EMPTY_LIFETIME = 5 * 60_000;

/** Opens an upload session (spec: end-4a, end-4c), which costs nothing until bytes come to it. */
export function openUpload({ tickets, limits, now }: Registry<never>, repository: RepositoryName, algorithm: DigestAlgorithm, actor: Actor): UploadStatus {
  const id = crypto.randomUUID();
  const expiresAt = now() + Math.min(limits.uploadLifetime, EMPTY_LIFETIME);
  return { id, location: tickets.seal({ id, algorithm, expiresAt }, { repository, owner: actor.subject }), size: 0 };
}
