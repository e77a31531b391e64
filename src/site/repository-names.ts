import { ClientError } from "../client/client-error.ts";
import type { RegistryClient } from "../client/registry-client.ts";
import { isRepositoryName, type RepositoryName } from "../oci/name.ts";
import { compileRepositoryGlob, repositoryGlobProblem } from "../oci/repository-glob.ts";

/**
 * The repositories of a registry that globs mean, by name; all without globs. Where each glob is a name, the registry is not asked for its list.
 * @throws ClientError `invalid` for a glob that is none, `not-found` when a glob means nothing
 */
export async function repositoryNames(client: RegistryClient, registry: string, globs: readonly string[], signal: AbortSignal): Promise<RepositoryName[]> {
  for (const glob of globs) {
    const problem = repositoryGlobProblem(glob);
    if (problem !== undefined) throw new ClientError("invalid", `'${glob.slice(0, 100)}' is no pattern of repositories: ${problem}`);
  }
  if (globs.length > 0 && globs.every((glob) => isRepositoryName(glob))) return [...new Set(globs)].sort() as RepositoryName[];
  const compiled = globs.map(compileRepositoryGlob);
  const unused = new Set(compiled);
  const names: RepositoryName[] = [];
  for await (const name of client.catalog(registry, { signal })) {
    const matching = compiled.filter((glob) => glob.matches(name));
    for (const glob of matching) unused.delete(glob);
    if (matching.length > 0 || compiled.length === 0) names.push(name);
  }
  const missing = globs[compiled.findIndex((glob) => unused.has(glob))];
  if (missing !== undefined) throw new ClientError("not-found", `no repository of ${registry} is called '${missing}', or you may not see it`);
  return names.sort();
}
