import { addressKey, clientOf } from "../access/client-of.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import { isUploadId } from "../storage/content-store.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { UploadSession } from "../storage/metadata/uploads.ts";
import type { Registry } from "./registry.ts";

/** Names a session the way its URL and its caller do. */
export interface SessionReference {
  readonly repository: RepositoryName;
  /** The last part of its URL: its ticket, or once bytes came to it, its id. */
  readonly location: string;
  readonly actor: Actor;
}

/** An open session. */
export interface OpenSession {
  readonly session: UploadSession;
  /** Bytes staged; undefined where none ever came. */
  readonly size: number | undefined;
  /** The database knows it. */
  readonly stored: boolean;
}

/**
 * The session that a request means. Where nothing is staged, a ticket is all that there is.
 * @throws RegistryError `BLOB_UPLOAD_UNKNOWN`
 */
export async function requireSession(registry: Registry<"uploads">, { repository, location, actor }: SessionReference): Promise<OpenSession> {
  const owner = actor.subject;
  const ticket = isUploadId(location) ? undefined : registry.tickets.open(location, { repository, owner });
  const id = ticket?.id ?? location;
  if (!isUploadId(id)) throw unknownUpload(location);
  const size = await registry.content.uploadSize(id);
  const now = registry.now();
  const stored = ticket === undefined || size !== undefined || registry.tickets.hasEnded(id);
  const session = stored
    ? await registry.metadata.uploads.find(id)
    : { ...ticket, repository, owner, client: clientOf(actor), address: addressKey(actor.remote ?? ""), createdAt: now, activeAt: now };
  if (session === undefined || session.repository !== repository || session.owner !== owner || session.expiresAt <= now) throw unknownUpload(id);
  return { session, size, stored };
}

export function unknownUpload(id: string): RegistryError {
  return new RegistryError(
    "BLOB_UPLOAD_UNKNOWN",
    `there is no upload session ${id.slice(0, 40)} here: it ended, expired, or belongs to somebody else; start a new one`,
  );
}
