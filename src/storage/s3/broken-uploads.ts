import type { BrokenUpload } from "../content-store.ts";
import type { StagingStore } from "../metadata/staging.ts";
import type { S3Client } from "./client.ts";
import type { Keys } from "./locations.ts";
import { readState } from "./staged-bytes.ts";

export interface BrokenUploadsContext {
  readonly client: S3Client;
  readonly keys: Keys;
  /** What all keys begin with: others' uploads below another prefix are not looked at. */
  readonly prefix: string;
  readonly staging: StagingStore;
}

/** Uploads in parts of this store that no row has: a process ended between beginning one and writing its row, or after it removed the row. */
export async function* brokenUploads({ client, keys, prefix, staging }: BrokenUploadsContext): AsyncGenerator<BrokenUpload> {
  for await (const { key, uploadId, initiatedAt } of client.listMultipartUploads(prefix)) {
    const id = keys.parse(key)?.id;
    if (id === undefined) continue;
    const row = await staging.find(id);
    if (row !== undefined && readState(row.state).multipart?.uploadId === uploadId) continue;
    yield { since: initiatedAt, end: () => client.abortMultipart({ key, uploadId }) };
  }
}
