import type { AccessScope, TransportRequest } from "../../client/transport/request.ts";
import { ModuleError } from "./helper.ts";

/** Bytes of a request's body that may come without a length: it is kept in memory. */
const BUFFER_LIMIT = 16 * 1024 * 1024;

const METHODS: readonly TransportRequest["method"][] = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"];

/** Headers of one connection, and those that are the client's own affair. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "accept-encoding",
  "user-agent",
  "authorization",
]);

/** @throws ModuleError `invalid` for a method that registries do not have */
export function requestMethod(method: string): TransportRequest["method"] {
  const known = METHODS.find((name) => name === method);
  if (known === undefined) throw new ModuleError("invalid", `no registry has the method ${method}`);
  return known;
}

/** Headers as the client takes them. */
export function requestHeaders(headers: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  return Object.fromEntries(kept.map(([name, values]) => [name, values.join(", ")]));
}

/**
 * A body as the client takes it: streamed where its length is known, else kept in memory.
 * @throws ModuleError `invalid` when it is longer than 16 MiB and did not say so before
 */
export async function requestBody(
  stream: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, readonly string[]>>,
): Promise<NonNullable<TransportRequest["body"]>> {
  const [length = ""] = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-length")?.[1] ?? [];
  if (/^[0-9]{1,15}$/.test(length)) return { stream, size: Number(length) };
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > BUFFER_LIMIT) throw new ModuleError("invalid", `a request without a length has more than ${BUFFER_LIMIT} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What a request is about. */
export interface Target {
  readonly scopes: readonly AccessScope[];
  readonly repository?: string;
  /** What is tried, for messages. */
  readonly what: string;
  /** A blob is downloaded. */
  readonly isBlob: boolean;
}

/** Reads the path of a request (distribution-spec, "Endpoints"). */
export function requestTarget(method: string, { pathname }: URL, registry: string): Target {
  const [, repository, kind, reference = ""] = /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/(.+)$/.exec(pathname) ?? [];
  const isRead = method === "GET" || method === "HEAD";
  if (repository === undefined) return { scopes: [], what: `cannot ask ${registry}`, isBlob: false };
  const name = `${registry}/${repository}`;
  const place = `${name}${reference.includes(":") ? "@" : ":"}${reference}`;
  const what = isRead
    ? { blobs: `cannot download ${place}`, manifests: `cannot read ${place}`, tags: `cannot list the versions in ${name}` }[kind ?? ""]
    : undefined;
  return {
    scopes: [{ repository, actions: isRead ? ["pull"] : ["pull", "push"] }],
    repository,
    what: what ?? `cannot ${isRead ? "read" : "write to"} ${name}`,
    isBlob: method === "GET" && kind === "blobs",
  };
}
