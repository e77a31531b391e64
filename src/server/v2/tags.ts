import { unknownRepository } from "../../registry/blobs.ts";
import { type Awaitable, after } from "../../storage/awaitable.ts";
import type { Call } from "../context.ts";
import { type HttpReply, jsonReply } from "../http.ts";
import type { RepositoryPath } from "../path-values.ts";
import { nextLink, pageSize, textParameter } from "./paging.ts";

/** spec: end-8a, end-8b. Tags in ASCII order. */
export function getTags({ services, query }: Call, { name }: RepositoryPath): Awaitable<HttpReply> {
  const limit = pageSize(query);
  return after(services.registry.metadata.tags.list(name, { after: textParameter(query, "last"), limit: limit + 1 }), (rows) => {
    if (rows === undefined) throw unknownRepository(name);
    const tags = rows.slice(0, limit);
    const last = tags.at(-1);
    const more = rows.length > limit && last !== undefined;
    return jsonReply({ name, tags }, more ? { Link: nextLink(`/v2/${name}/tags/list`, { n: limit, last }) } : {});
  });
}
