import * as z from "zod/mini";
import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import type { AccessScope } from "../transport/request.ts";
import { type Connection, nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { type JsonOptions, requestJson } from "./json.ts";
import { PAGE_LIMIT } from "./paging.ts";

/** Entries of a page; a registry may give fewer. */
const PAGE_SIZE = 1000;

const tagsSchema = z.looseObject({ tags: z.nullish(z.array(z.string())) });
const catalogSchema = z.looseObject({ repositories: z.nullish(z.array(z.string())) });

export interface ListOptions {
  /** Give what comes after this one. */
  readonly last?: string;
  readonly signal?: AbortSignal;
}

/** Every tag of a repository in the registry's order, page by page (distribution-spec, "Listing Tags"). */
export async function* listTags(connection: RepositoryConnection, options: ListOptions = {}): AsyncGenerator<Tag> {
  const what = `cannot list the tags of ${nameOf(connection)}`;
  const path = repositoryUrl(connection, "tags/list");
  for await (const { tags } of pages(connection, path, { schema: tagsSchema, what, scopes: scopeOf(connection, "pull"), ...options })) {
    for (const tag of tags ?? []) if (isTag(tag)) yield tag;
  }
}

/** Every repository that the user may see (Docker Registry HTTP API V2, "Listing Repositories"). Many hosted registries refuse. */
export async function* listRepositories(connection: Connection, options: ListOptions = {}): AsyncGenerator<RepositoryName> {
  const what = `cannot list the repositories of ${connection.registry}`;
  const path = new URL("/v2/_catalog", connection.origin);
  for await (const { repositories } of pages(connection, path, { schema: catalogSchema, what, scopes: [{ registry: "catalog" }], ...options })) {
    for (const name of repositories ?? []) if (isRepositoryName(name)) yield name;
  }
}

type PageOptions<T> = ListOptions & { readonly schema: z.ZodMiniType<T>; readonly scopes: readonly AccessScope[] } & Required<Pick<JsonOptions, "what">>;

async function* pages<T>(connection: Connection, path: URL, { schema, what, scopes, last, signal }: PageOptions<T>): AsyncGenerator<T> {
  const query = { n: PAGE_SIZE, ...(last !== undefined && { last }) };
  let page = await requestJson(connection, { method: "GET", path, schema, what, scopes, query, ...(signal && { signal }) });
  for (let count = 1; ; count++) {
    yield page.value;
    if (page.next === undefined || count >= PAGE_LIMIT) return;
    page = await requestJson(connection, { method: "GET", path: page.next, schema, what, scopes, ...(signal && { signal }) });
  }
}
