import type { RepositoryName } from "../../oci/name.ts";
import { othersTurn } from "../../storage/others-turn.ts";
import type { Call } from "../context.ts";
import { type HttpReply, jsonReply } from "../http.ts";
import { nextLink, pageSize, textParameter } from "./paging.ts";

/** Rows read at a time while looking for repositories that the caller may pull. */
const SCAN = 1000;

/** `/v2/_catalog`: names of the repositories that the caller may pull, in ASCII order. The specification reserves it; Docker's API defined it. */
export async function getCatalog(call: Call): Promise<HttpReply> {
  const limit = pageSize(call.query);
  const found = await visibleRepositories(call, textParameter(call.query, "last"), limit + 1);
  const repositories = found.slice(0, limit);
  const last = repositories.at(-1);
  const more = found.length > limit && last !== undefined;
  return jsonReply({ repositories }, more ? { Link: nextLink("/v2/_catalog", { n: limit, last }) } : {});
}

async function visibleRepositories({ services, principal }: Call, after: string | undefined, limit: number): Promise<RepositoryName[]> {
  const { access, registry } = services;
  const filter = access.filter(principal, "pull");
  const size = filter.all ? limit : SCAN;
  const found: RepositoryName[] = [];
  let last = after;
  while (found.length < limit) {
    const rows = await registry.metadata.repositories.list({ after: last, limit: size, prefixes: filter.prefixes });
    found.push(...(filter.all ? rows : rows.filter((name) => filter.matches(name))));
    if (rows.length < size) break;
    last = rows.at(-1);
    await othersTurn();
  }
  return found.slice(0, limit);
}
