import type { RepositoryName } from "../../oci/name.ts";
import { plainDependencies } from "../plain/dependencies.ts";
import { plainGraph } from "../plain/graph.ts";
import { plainInspect } from "../plain/inspect.ts";
import { plainPackages, plainSearch } from "../plain/packages.ts";
import { openPlainRepository, type PlainRepository } from "../plain/plain-repository.ts";
import { plainResolve } from "../plain/resolve.ts";
import { plainTags, plainVersions } from "../plain/tags.ts";
import type { RegistryClient } from "../registry-client.ts";
import type { PackageSource } from "./package-source.ts";

/** Answers computed from the distribution API, for registries without the package API. */
export function plainSource(
  client: Pick<RegistryClient, "repository" | "catalog">,
  registry: string,
  { signal, warn }: { readonly signal: AbortSignal; readonly warn: (text: string) => void },
): PackageSource {
  const repository = (name: RepositoryName): PlainRepository =>
    openPlainRepository(name, { signal, note: warn, open: (repository) => client.repository(registry, repository) });
  const names = () => ({ registry, names: client.catalog(registry, { signal }) });
  return {
    source: "computed",
    packages: (query, page) => plainPackages(names(), query, page),
    search: (query, page) => plainSearch(names(), query, page),
    tags: (name, query, page) => plainTags(repository(name), query, page),
    versions: (name, query, page) => plainVersions(repository(name), query, page),
    resolve: (name, query) => plainResolve(repository(name), query),
    inspect: (name, reference) => plainInspect(repository(name), reference),
    graph: (name, reference, query) => plainGraph(repository(name), reference, query),
    dependencies: (name, reference, page) => plainDependencies(repository(name), reference, page),
  };
}
