import type { Answer } from "./answer.ts";
import type { Content } from "./content.ts";
import { expectCodeOfTable } from "./expectations.ts";

/** Milliseconds for one request and its answer. */
const LIMIT = 50_000;

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A thin client: it sends what it is told, and checks nothing of answers but that the codes of refusals are those of the table. Paths begin with `/`; locations may be absolute or relative. */
export interface RegistryClient {
  readonly url: string;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  head(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** POST that opens an upload session. */
  post(repository: string, query?: Readonly<Record<string, string>>, options?: RequestOptions): Promise<Answer>;
  /** PATCH; with `start` it carries the Content-Range of the bytes, without it is a stream of unknown length. */
  patch(location: string, bytes: Uint8Array<ArrayBuffer>, start?: number): Promise<Answer>;
  /** PUT that closes an upload session. */
  close(location: string, digest: string, bytes?: Uint8Array<ArrayBuffer>, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  putManifest(repository: string, reference: string, manifest: Content, tags?: readonly string[]): Promise<Answer>;
}

/**
 * @param url gives the address of the registry each time, since a restart may change it
 * @param common headers of every request
 */
export function registryClient(url: () => string, common: Readonly<Record<string, string>> = {}): RegistryClient {
  const request = async (method: string, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const target = new URL(path, url());
    const response = await fetch(target, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT),
      headers: { ...common, ...options.headers },
      ...(options.body !== undefined && { body: options.body }),
    });
    const body = new Uint8Array(await response.arrayBuffer());
    const text = () => new TextDecoder().decode(body);
    const answer = { status: response.status, headers: response.headers, body, text, json: () => JSON.parse(text()) as unknown };
    if (process.env.OPM_TEST_URL === undefined) expectCodeOfTable(method, target.pathname, answer);
    return answer;
  };
  return {
    get url() {
      return url();
    },
    request,
    get: (path, headers = {}) => request("GET", path, { headers }),
    head: (path, headers = {}) => request("HEAD", path, { headers }),
    delete: (path) => request("DELETE", path),
    post: (repository, query = {}, options = {}) => request("POST", `/v2/${repository}/blobs/uploads/${queryOf(query)}`, options),
    patch(location, bytes, start) {
      const type = { "Content-Type": "application/octet-stream" };
      if (start === undefined) return request("PATCH", location, { headers: type, body: streamOf(bytes) });
      return request("PATCH", location, { headers: { ...type, "Content-Range": `${start}-${start + bytes.length - 1}` }, body: bytes });
    },
    close: (location, digest, bytes = new Uint8Array(), headers = {}) =>
      request("PUT", withQuery(url(), location, { digest }), { headers: { "Content-Type": "application/octet-stream", ...headers }, body: bytes }),
    putManifest(repository, reference, manifest, tags = []) {
      const query = new URLSearchParams(tags.map((tag): [string, string] => ["tag", tag])).toString();
      const path = `/v2/${repository}/manifests/${reference}${query === "" ? "" : `?${query}`}`;
      return request("PUT", path, { headers: { "Content-Type": manifest.mediaType }, body: manifest.bytes });
    },
  };
}

/** Adds parameters to a location without touching those it has: they may be critical to the registry. */
export function withQuery(base: string, location: string, query: Readonly<Record<string, string>>): string {
  const target = new URL(location, base);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return target.href;
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `?${text}`;
}

/** The bytes in pieces, so that the request has no Content-Length. */
export function streamOf(bytes: Uint8Array<ArrayBuffer>, piece = Math.max(1, Math.ceil(bytes.length / 3))): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + piece));
      at += piece;
    },
  });
}

/** The target of the Link with rel="next" (RFC 8288), or undefined. */
export function nextLink(answer: Answer): string | undefined {
  return /<([^>]+)>\s*;\s*rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1];
}
