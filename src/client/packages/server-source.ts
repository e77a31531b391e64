import { LIMITS } from "../../api/common.ts";
import { callOperation, callPages, type OperationReply } from "../extension/call-operation.ts";
import type { Connection } from "../remote/connection.ts";
import type { PackageSource } from "./package-source.ts";

const source = "server";

export interface ServerSourceOptions {
  readonly signal: AbortSignal;
  /** Told what the registry warns of. */
  readonly warn: (text: string) => void;
}

/** Answers of a registry that has the package API, as it gives them. */
export function serverSource(connection: Connection, { signal, warn }: ServerSourceOptions): PackageSource {
  const { registry } = connection;
  const one = async <T>(reply: Promise<OperationReply<T>>): Promise<T> => {
    const { value, warnings } = await reply;
    for (const warning of warnings) warn(warning);
    return value;
  };
  return {
    source,
    async packages(query, { limit }) {
      const what = `cannot list the packages of ${registry}`;
      const pages = callPages(connection, "listPackages", { query: { ...query, n: pageSize(limit) }, what, signal });
      const { first, rows, more } = await gather(pages, ({ repositories }) => repositories, limit);
      return { source, repositories: rows, ...(first.total && { total: first.total }), more };
    },
    async search(query, { limit }) {
      const what = `cannot search ${registry}`;
      return { source, ...(await one(callOperation(connection, "searchPackages", { query: { ...query, n: pageSize(limit) }, what, signal }))) };
    },
    async tags(name, query, { limit }) {
      const what = `cannot list the tags of ${registry}/${name}`;
      const pages = callPages(connection, "listTags", { name, query: { ...query, n: pageSize(limit) }, what, signal });
      const { rows, more } = await gather(pages, ({ tags }) => tags, limit);
      return { source, name, tags: rows, more };
    },
    async versions(name, query, { limit }) {
      const what = `cannot list the versions of ${registry}/${name}`;
      const pages = callPages(connection, "listVersions", { name, query: { ...query, n: pageSize(limit) }, what, signal });
      const { first, rows, more } = await gather(pages, ({ versions }) => versions, limit);
      return { source, name, versions: rows, floating: first.floating, more };
    },
    async resolve(name, query) {
      return { source, ...(await one(callOperation(connection, "resolveVersion", { name, query, what: `cannot resolve ${registry}/${name}`, signal }))) };
    },
    async inspect(name, reference) {
      const what = `cannot inspect ${registry}/${name}`;
      return { source, ...(await one(callOperation(connection, "getManifestInfo", { name, query: { reference }, what, signal }))) };
    },
    async graph(name, reference, query) {
      const what = `cannot show the graph of ${registry}/${name}`;
      return { source, ...(await one(callOperation(connection, "getGraph", { name, query: { ...query, reference }, what, signal }))) };
    },
    async dependencies(name, reference, { limit }) {
      const what = `cannot show the dependencies of ${registry}/${name}`;
      const pages = callPages(connection, "getDependencies", { name, query: { reference, n: pageSize(limit) }, what, signal });
      const { first, rows, more } = await gather(pages, ({ dependencies }) => dependencies, limit);
      return { source, ...first, dependencies: rows, more };
    },
  };
}

function pageSize(limit: number): number {
  return Math.min(limit, LIMITS.pageMost);
}

export interface Gathered<Page, Row> {
  readonly first: Page;
  readonly rows: Row[];
  readonly more: boolean;
}

/** The first rows of a list, page by page. Pages may be empty and have a next one. */
export async function gather<Page, Row>(
  pages: AsyncIterable<OperationReply<Page>>,
  rowsOf: (page: Page) => readonly Row[],
  limit: number,
): Promise<Gathered<Page, Row>> {
  let first: Page | undefined;
  const rows: Row[] = [];
  let more = false;
  for await (const { value, next } of pages) {
    first ??= value;
    rows.push(...rowsOf(value));
    more = rows.length > limit || next !== undefined;
    if (rows.length >= limit) break;
  }
  if (first === undefined) throw new Error("a list has at least one page");
  return { first, rows: rows.slice(0, limit), more };
}
