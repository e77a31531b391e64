import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { check, fields, list, nullish, text } from "../../oci/shape.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import type { AccessScope } from "../transport/request.ts";
import { type Connection, nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { type JsonOptions, type ReadValue, requestJson } from "./json.ts";
import { PAGE_LIMIT } from "./paging.ts";

/** Entries of a page; a registry may give fewer. */
const PAGE_SIZE = 1000;

const tagsShape = fields({ tags: nullish(list(text)) });
const catalogShape = fields({ repositories: nullish(list(text)) });

export interface ListOptions {
  /** Give what comes after this one. */
  readonly last?: string;
  readonly signal?: AbortSignal;
}

/** Every tag of a repository in the registry's order, page by page (distribution-spec, "Listing Tags"). */
export async function* listTags(connection: RepositoryConnection, options: ListOptions = {}): AsyncGenerator<Tag> {
  for await (const tag of listTagNames(connection, options)) if (isTag(tag)) yield tag;
}

/** The same as the registry gives them: some may be no tags. */
export async function* listTagNames(connection: RepositoryConnection, options: ListOptions = {}): AsyncGenerator<string> {
  const what = `cannot list the tags of ${nameOf(connection)}`;
  const path = repositoryUrl(connection, "tags/list");
  for await (const { tags } of pages(connection, path, { read: (value) => check(tagsShape, value), what, scopes: scopeOf(connection, "pull"), ...options })) {
    yield* tags ?? [];
  }
}

/** Every repository that the user may see (Docker Registry HTTP API V2, "Listing Repositories"). Many hosted registries refuse. */
export async function* listRepositories(connection: Connection, options: ListOptions = {}): AsyncGenerator<RepositoryName> {
  for await (const name of listRepositoryNames(connection, options)) if (isRepositoryName(name)) yield name;
}

/** The same as the registry gives them: some may be no names of repositories. */
export async function* listRepositoryNames(connection: Connection, options: ListOptions = {}): AsyncGenerator<string> {
  const what = `cannot list the repositories of ${connection.registry}`;
  const path = new URL("/v2/_catalog", connection.origin);
  for await (const { repositories } of pages(connection, path, {
    read: (value) => check(catalogShape, value),
    what,
    scopes: [{ registry: "catalog" }],
    ...options,
  })) {
    yield* repositories ?? [];
  }
}

type PageOptions<T> = ListOptions & { readonly read: ReadValue<T>; readonly scopes: readonly AccessScope[] } & Required<Pick<JsonOptions, "what">>;

async function* pages<T>(connection: Connection, path: URL, { read, what, scopes, last, signal }: PageOptions<T>): AsyncGenerator<T> {
  const query = { n: PAGE_SIZE, ...(last !== undefined && { last }) };
  let page = await requestJson(connection, { method: "GET", path, read, what, scopes, query, ...(signal && { signal }) });
  for (let count = 1; ; count++) {
    yield page.value;
    if (page.next === undefined || count >= PAGE_LIMIT) return;
    page = await requestJson(connection, { method: "GET", path: page.next, read, what, scopes, ...(signal && { signal }) });
  }
}
