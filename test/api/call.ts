import { expect } from "bun:test";
import type { z } from "zod";
import { errorReply } from "../../src/api/common.ts";
import { type Operation, vendorMediaType } from "../../src/api/operation.ts";
import { OPERATIONS, type OperationId } from "../../src/api/operations.ts";
import type { Answer } from "../support/answer.ts";
import type { RegistryClient } from "../support/registry-client.ts";

type Operations = typeof OPERATIONS;

export type ReplyOf<Id extends OperationId> = z.output<Operations[Id]["reply"]>;

export interface CallOptions {
  /** Parameters of the path; a repository name is written as it is. */
  readonly path?: Readonly<Record<string, string>>;
  /** Of the query; an array is a repeated parameter. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request of an operation; whatever is answered must be as the table and OpenAPI say. */
export async function send(client: RegistryClient, id: OperationId, options: CallOptions = {}): Promise<Answer> {
  const operation: Operation = OPERATIONS[id];
  const answer = await client.request(operation.method, urlOf(operation, options), {
    headers: { ...(operation.body !== undefined && { "Content-Type": "application/json" }), ...options.headers },
    ...(operation.body !== undefined && { body: JSON.stringify(options.body ?? {}) }),
  });
  expectDescribed(operation, answer);
  return answer;
}

/** The document that an operation answers with. */
export async function call<Id extends OperationId>(client: RegistryClient, id: Id, options: CallOptions = {}): Promise<ReplyOf<Id>> {
  const answer = await send(client, id, options);
  if (answer.status !== 200) throw new Error(`${id} answered ${answer.status}: ${answer.text()}`);
  return answer.json() as ReplyOf<Id>;
}

/** All documents of a list, page after page; at most 200 pages. */
export async function callPages<Id extends OperationId>(client: RegistryClient, id: Id, options: CallOptions = {}): Promise<ReplyOf<Id>[]> {
  let answer = await send(client, id, options);
  const pages: ReplyOf<Id>[] = [];
  while (pages.length < 200) {
    if (answer.status !== 200) throw new Error(`${id} answered ${answer.status}: ${answer.text()}`);
    pages.push(answer.json() as ReplyOf<Id>);
    const next = nextOf(answer);
    if (next === undefined) return pages;
    answer = await client.get(next);
    expectDescribed(OPERATIONS[id], answer);
  }
  throw new Error(`${id} has no last page`);
}

/** The target of the header `Link`. */
export function nextOf(answer: Answer): string | undefined {
  return /^<(.+)>; rel="next"$/.exec(answer.headers.get("Link") ?? "")?.[1];
}

function urlOf({ path }: Operation, options: CallOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const text of Array.isArray(value) ? value : [value]) query.append(name, String(text));
  }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => options.path?.[name] ?? "missing");
  return query.size === 0 ? filled : `${filled}?${query}`;
}

/** The reply schema has neither more nor less than the answer; a refusal is a list of errors. */
function expectDescribed({ reply, kind }: Operation, answer: Answer): void {
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.status >= 400) {
    expect(type).toStartWith("application/json");
    errorReply.parse(answer.json());
    expect(answer.status).toBeLessThan(500);
  } else if (answer.status === 200 && (type === vendorMediaType(kind) || type === "application/json")) {
    const document = answer.json();
    expect(reply.parse(document)).toEqual(document);
  }
}
