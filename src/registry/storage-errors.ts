import { RegistryError } from "../oci/errors.ts";
import { ContentStoreError } from "../storage/content-store.ts";

/**
 * What a client is told of a refusal by the content store; anything else is given back as it is.
 * @param offset bytes the upload had when the request came, for the answer to a chunk that lost a race
 */
export function asRegistryError(error: unknown, offset = 0): unknown {
  if (!(error instanceof ContentStoreError)) return error;
  switch (error.reason) {
    case "upload-unknown":
      return new RegistryError("BLOB_UPLOAD_UNKNOWN", "the upload session has ended; start a new one", { cause: error });
    case "offset-mismatch":
      return new RegistryError("BLOB_UPLOAD_INVALID", "another request is appending to this upload; ask for its status and go on from there", {
        status: 416,
        cause: error,
        detail: { offset },
      });
    case "taken-over":
      return takenOver(error);
    case "digest-mismatch":
      return new RegistryError("DIGEST_INVALID", error.message, { cause: error });
    case "too-large":
      return new RegistryError("SIZE_INVALID", error.message, { status: 413, cause: error });
    case "absent":
      return error;
    case "unavailable":
      return new RegistryError("UNAVAILABLE", "the registry's content store does not answer; try again in a moment", {
        cause: error,
        headers: { "Retry-After": "5" },
      });
    case "no-space":
      return new RegistryError("UNAVAILABLE", "the registry's disk is full; nothing was stored, try again when there is room", {
        status: 507,
        cause: error,
        headers: { "Retry-After": "60" },
      });
  }
}

/** The client of the older request may have died: nothing is read from its connection any more. */
export function takenOver(cause?: unknown): RegistryError {
  const message = "another request goes on with this upload: bytes of this one are taken no more";
  return new RegistryError("BLOB_UPLOAD_INVALID", message, { status: 409, cause, headers: { Connection: "close" } });
}
