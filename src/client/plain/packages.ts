import type { RepositoryName } from "../../oci/name.ts";
import { projectPathOf } from "../../oci/project-path.ts";
import { compileNamePattern, repositoryGlobProblem } from "../../oci/repository-glob.ts";
import { logInAdvice } from "../auth/token.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { PackageAnswer, PackagesAnswer, SearchAnswer } from "../packages/answers.ts";
import type { PackagesQuery, PageOptions, SearchQuery } from "../packages/package-source.ts";

/** Names that are looked at: a registry may have millions. */
const SCAN_LIMIT = 100_000;

/** What names tell. */
const COMPUTED: ReadonlySet<string> = new Set(["namespace", "project", "name", "q", "sort", "total"]);

export interface RepositoryNames {
  readonly registry: string;
  readonly names: AsyncIterable<RepositoryName>;
}

/** Repositories by what their names tell. @throws ClientError `refused` for other filters, or where the registry has no list */
export async function plainPackages(from: RepositoryNames, query: PackagesQuery, { limit }: PageOptions): Promise<PackagesAnswer> {
  requireComputed(from.registry, query);
  if (query.sort !== undefined && !/^-?name$/.test(query.sort)) throw unanswered(from.registry, `sort by ${query.sort.replace("-", "")}`);
  const { names, complete } = await matching(from, query);
  const sorted = query.sort === "-name" ? names.toReversed() : names;
  const rows = sorted.slice(0, limit).map(packageOf);
  const total = query.total === true ? { total: { count: names.length, approximate: !complete } } : {};
  return { source: "computed", repositories: rows, ...total, more: rows.length < names.length || !complete };
}

/** Repositories whose name has all the words; the nearest to the words first. */
export async function plainSearch(from: RepositoryNames, query: SearchQuery, { limit }: PageOptions): Promise<SearchAnswer> {
  requireComputed(from.registry, query);
  const { names, complete } = await matching(from, query);
  const results = names.map((name) => ({ ...packageOf(name), score: score(name, query.q) })).sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  return { source: "computed", results: results.slice(0, limit), approximate: !complete };
}

async function matching({ registry, names }: RepositoryNames, query: PackagesQuery): Promise<{ readonly names: RepositoryName[]; readonly complete: boolean }> {
  const suits = filterOf(query);
  const found: RepositoryName[] = [];
  let looked = 0;
  try {
    for await (const name of names) {
      if (suits(name)) found.push(name);
      if (++looked >= SCAN_LIMIT) return { names: found.sort(), complete: false };
    }
  } catch (error) {
    throw isClientError(error) && error.status !== undefined && REFUSALS.has(error.status) ? noList(registry, error) : error;
  }
  return { names: found.sort(), complete: true };
}

/** What hosted registries answer to `/v2/_catalog`. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 501]);

function noList(registry: string, cause: ClientError): ClientError {
  const status = cause.status === undefined ? {} : { status: cause.status };
  const more = cause.status === 401 ? `, or log in: ${logInAdvice(registry)}` : "";
  const message = `${registry} lists its repositories to nobody, or not to this user (status ${cause.status}): name a repository, e.g. 'opm versions ${registry}/<name>'${more}`;
  return new ClientError(cause.kind === "permission" ? "permission" : "refused", message, { ...status, cause });
}

function filterOf({ namespace, project, name, q }: PackagesQuery): (repository: RepositoryName) => boolean {
  const named = name === undefined ? () => true : nameFilter(name);
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  return (repository) => {
    const path = projectPathOf(repository);
    return (
      (namespace === undefined || path.namespace === namespace) &&
      (project === undefined || path.project === project) &&
      words.every((word) => repository.includes(word)) &&
      named(repository)
    );
  };
}

/** A glob, or a part of the name, as in the package API. */
function nameFilter(text: string): (repository: string) => boolean {
  const problem = text.includes("*") ? repositoryGlobProblem(text) : undefined;
  if (problem !== undefined) throw new ClientError("invalid", `'${text.slice(0, 100)}' is no pattern: ${problem}`);
  return compileNamePattern(text).matches;
}

function score(name: string, words: string): number {
  const text = words.trim().toLowerCase();
  const last = name.split("/").at(-1) ?? name;
  if (name === text || last === text) return 3;
  return last.startsWith(text) || name.startsWith(text) ? 2 : 1;
}

function packageOf(name: RepositoryName): PackageAnswer {
  return {
    name,
    ...projectPathOf(name),
    contentType: null,
    title: null,
    description: null,
    declared: null,
    labels: null,
    owner: null,
    visibility: null,
    policies: null,
    latest: null,
    counts: null,
    platforms: null,
    signed: null,
    pulls: null,
    created: null,
    updated: null,
    actions: null,
  };
}

function requireComputed(registry: string, query: Readonly<Record<string, unknown>>): void {
  const foreign = Object.keys(query).find((name) => query[name] !== undefined && !COMPUTED.has(name));
  if (foreign !== undefined) throw unanswered(registry, `filter by ${foreign}`);
}

function unanswered(registry: string, what: string): ClientError {
  return new ClientError("refused", `cannot ${what}: ${registry} has no package API, and only the names of its repositories are known`);
}
