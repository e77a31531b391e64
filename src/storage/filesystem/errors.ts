import { ContentStoreError, type UploadId } from "../content-store.ts";
import { errorCode } from "./file-layer.ts";

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

export function uploadUnknown(id: string): ContentStoreError {
  return new ContentStoreError("upload-unknown", `no upload '${id.slice(0, 64)}' is staged: start a new one`);
}

export function offsetMismatch(id: UploadId, message: string): ContentStoreError {
  return new ContentStoreError("offset-mismatch", `upload ${id} ${message}`);
}

/** Turns a full disk or an exceeded quota into a refusal; every other error stays what it is. */
export function refusal(error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined || !NO_SPACE.has(code)) return error;
  return new ContentStoreError("no-space", `the content store has no room left (${code}): free some space or raise the quota, then try again`, {
    cause: error,
  });
}
