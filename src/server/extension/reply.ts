import { type Operation, vendorMediaType } from "../../api/operation.ts";
import type { Position } from "../../storage/metadata/records.ts";
import { etagOf, matchesEtag } from "../etag.ts";
import { type HeaderRecord, OCI_FILTERS_APPLIED } from "../headers.ts";
import { emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import { JSON_MEDIA_TYPE } from "./accept.ts";
import type { Answer } from "./handler.ts";

/** Parameters that are no filters. */
const NO_FILTERS: ReadonlySet<string> = new Set(["n", "cursor", "sort", "order", "total", "reference", "direction", "depth", "digest", "prerelease", "rule"]);

export interface ReplyOptions {
  readonly operation: Operation;
  readonly request: HttpRequest;
  readonly query: Readonly<Record<string, unknown>>;
  readonly mediaType: string;
  /** Known when it follows from less than the answer. */
  readonly etag: string | undefined;
  /** Makes a cursor. */
  readonly seal: (next: Position) => string;
}

/** The answer in the media type that was chosen, or 304 when the client has it. */
export async function buildReply(answer: Answer<unknown>, options: ReplyOptions): Promise<HttpReply> {
  const { operation, request, query, mediaType, seal } = options;
  const headers = commonHeaders(mediaType);
  const filters = Object.keys(query).filter((name) => query[name] !== undefined && !NO_FILTERS.has(name));
  if (filters.length > 0) headers[OCI_FILTERS_APPLIED] = filters.join(",");
  if (answer.next !== undefined) headers.Link = nextLink(request, seal(answer.next));
  const body = await bodyOf(answer, operation, mediaType);
  const { warnings } = answer;
  if (operation.method !== "GET") return { status: 200, headers, body, warnings };
  headers.ETag = options.etag ?? etagOf(new Bun.CryptoHasher("sha256").update(`${headers.Link ?? ""}\n${body}`).digest("base64url"));
  return matchesEtag(request.header("if-none-match"), headers.ETag) ? emptyReply(304, headers) : { status: 200, headers, body, warnings };
}

/** 304 before there is an answer; undefined when the client has something else. */
export function notModified(request: HttpRequest, mediaType: string, etag: string): HttpReply | undefined {
  if (!matchesEtag(request.header("if-none-match"), etag)) return undefined;
  return emptyReply(304, { ...commonHeaders(mediaType), ETag: etag });
}

function commonHeaders(mediaType: string): HeaderRecord {
  return {
    "Content-Type": mediaType,
    "Cache-Control": "private, max-age=0, must-revalidate",
    Vary: "Accept, Authorization",
    "X-Content-Type-Options": "nosniff",
  };
}

async function bodyOf(answer: Answer<unknown>, { kind }: Operation, mediaType: string): Promise<string> {
  if (mediaType === JSON_MEDIA_TYPE || mediaType === vendorMediaType(kind)) return JSON.stringify(answer.reply);
  const alternative = answer.alternatives?.[mediaType];
  if (alternative === undefined) throw new Error(`no handler makes ${mediaType} of ${kind}`);
  return alternative();
}

/** RFC 8288: the same request with another cursor. */
function nextLink({ path, search }: HttpRequest, cursor: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set("cursor", cursor);
  return `<${path}?${parameters}>; rel="next"`;
}
