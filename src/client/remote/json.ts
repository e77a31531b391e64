import { type Checked, formatPath } from "../../oci/shape.ts";
import { ClientError } from "../client-error.ts";
import type { AccessScope, Reply, TransportRequest } from "../transport/request.ts";
import type { Connection } from "./connection.ts";
import { nextPage } from "./paging.ts";
import { replyError } from "./reply-error.ts";

/** Bytes of a JSON answer. */
const ANSWER_LIMIT = 64 * 1024 * 1024;

/** Makes of what JSON says what is wanted, or says what is wrong with it. */
export type ReadValue<T> = (value: unknown) => Checked<T>;

export type QueryValue = string | number | boolean | undefined | readonly string[];

/** One request of an API that speaks JSON. */
export interface JsonRequest<T> extends JsonOptions {
  readonly method: TransportRequest["method"];
  /** Below the registry's address, or an address that `next` gave. */
  readonly path: string | URL;
  /** Reads the answer; one without a body is undefined. */
  readonly read: ReadValue<T>;
}

export interface JsonOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Undefined values are left out, lists are repeated. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Default: `application/json`. */
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is tried, for messages: `cannot list packages of registry.example.com`. */
  readonly what?: string;
  readonly scopes?: readonly AccessScope[];
  /** As `ReplyContext` has it. */
  readonly packageApi?: boolean;
  /** Default: every 2xx. */
  readonly expect?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface JsonReply<T> {
  readonly value: T;
  readonly status: number;
  readonly headers: Headers;
  /** Of the Link with rel="next": give it as the path of the next request. */
  readonly next: URL | undefined;
}

/** @throws ClientError `network` also when the answer is not what is wanted */
export async function requestJson<T>(connection: Connection, { method, path, read, ...options }: JsonRequest<T>): Promise<JsonReply<T>> {
  const url = new URL(path, connection.origin);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const text of Array.isArray(value) ? value : [value]) if (text !== undefined) url.searchParams.append(name, String(text));
  }
  const reply = await connection.transport.send({
    method,
    url,
    headers: {
      Accept: options.accept ?? "application/json",
      ...(options.body !== undefined && { "Content-Type": "application/json" }),
      ...options.headers,
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.scopes && { scopes: options.scopes }),
    ...(options.signal && { signal: options.signal }),
  });
  const expected = options.expect?.includes(reply.status) ?? (reply.status >= 200 && reply.status < 300);
  if (!expected)
    throw await replyError(reply, {
      ...connection,
      packageApi: options.packageApi === true,
      what: options.what ?? `cannot ${method} ${url.pathname} of ${connection.registry}`,
    });
  return { value: await readJson(reply, read), status: reply.status, headers: reply.headers, next: nextPage(reply) };
}

/** Reads and checks an answer of at most `limit` bytes. @throws ClientError `network` when it is not JSON or not what is wanted */
export async function readJson<T>(reply: Reply, read: ReadValue<T>, limit = ANSWER_LIMIT): Promise<T> {
  const bytes = await reply.bytes(limit);
  let json: unknown;
  try {
    json = bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unreadable(reply, "it is not JSON", cause);
  }
  const { value, problem } = read(json);
  if (problem === undefined) return value;
  throw unreadable(reply, `${formatPath(problem, "its root")}: ${problem.message}`);
}

function unreadable(reply: Reply, why: string, cause?: unknown): ClientError {
  const message = `${reply.url.host} gave an answer to ${reply.url.pathname} that cannot be read (${why}): is it a registry?`;
  return new ClientError("network", message, { status: reply.status, cause });
}
