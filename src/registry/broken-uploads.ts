import type { BrokenUpload } from "../storage/content-store.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Stores } from "./registry.ts";

/** Milliseconds since it was begun after which an upload without a session is nobody's: whoever begins one writes that down within seconds. */
const AGE = 24 * 60 * 60_000;

/** What the service below the content store has of uploads that no session knows, and that are older than a day. */
export async function* brokenUploads({ content }: Pick<Stores<never>, "content">, now: Millis): AsyncGenerator<BrokenUpload> {
  for await (const upload of content.listBrokenUploads()) if (upload.since < now - AGE) yield upload;
}
