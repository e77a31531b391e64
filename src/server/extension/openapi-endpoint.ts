import type { Call } from "../context.ts";
import { etagOf, matchesEtag } from "../etag.ts";
import type { HeaderRecord } from "../headers.ts";
import { emptyReply, type HttpReply } from "../http.ts";
import { openApiDocument } from "./openapi.ts";

export const OPENAPI_PATH = "/api/v1/openapi.json";

let prepared: { readonly body: string; readonly etag: string } | undefined;

/** The description of the package API. Everybody may read it: it tells nothing of what is stored. */
export function getOpenApi({ request }: Call): HttpReply {
  prepared ??= prepare();
  const { body, etag } = prepared;
  const headers: HeaderRecord = { "Content-Type": "application/json", "Cache-Control": "public, max-age=300", ETag: etag };
  return matchesEtag(request.header("if-none-match"), etag) ? emptyReply(304, headers) : { status: 200, headers, body };
}

function prepare(): { readonly body: string; readonly etag: string } {
  const body = JSON.stringify(openApiDocument());
  return { body, etag: etagOf(new Bun.CryptoHasher("sha256").update(body).digest("base64url")) };
}
