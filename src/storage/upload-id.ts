import type { UploadId } from "./content-store.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in lower case: safe as a file name or an object key. */
export function isUploadId(id: string): id is UploadId {
  return UUID.test(id);
}
