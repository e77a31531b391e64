import type { Location } from "./locations.ts";
import type { WriterContext } from "./part-writer.ts";
import type { StagedBytes } from "./staged-bytes.ts";

/** Deletes what S3 has of an upload, by its state and without a look at the bucket. Again is no error. */
export async function discardUpload(
  { multipart, tail, before, stale }: StagedBytes,
  { client, keys }: Pick<WriterContext, "client" | "keys">,
  keep?: Location,
): Promise<void> {
  if (multipart !== undefined) await client.abortMultipart({ key: keys.keyOf(multipart.location), uploadId: multipart.uploadId });
  const locations = new Set([tail?.location, before?.tail?.location, ...stale]);
  await deleteObjects([...locations].filter((location) => location !== undefined && location !== keep) as Location[], { client, keys });
}

/** Deletes objects with as few requests as it takes. */
export async function deleteObjects(locations: readonly Location[], { client, keys }: Pick<WriterContext, "client" | "keys">): Promise<void> {
  const [first, ...others] = locations.map((location) => keys.keyOf(location));
  if (first === undefined) return;
  if (others.length === 0) await client.delete(first);
  else await client.deleteObjects([first, ...others]);
}
