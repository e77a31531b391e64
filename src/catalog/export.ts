import type { CatalogFile } from "../api/administration.ts";
import type { Description, ProjectDefinition, StoredType } from "../storage/metadata/catalog/definitions.ts";
import { DEFAULT_POLICIES, type ProjectPolicies } from "../storage/metadata/catalog/policies.ts";
import type { Catalog } from "./catalog.ts";
import { type Declarations, storedDeclarations } from "./declarations.ts";
import type { Author } from "./projects.ts";

type GrantBody = NonNullable<CatalogFile["grants"]>[number];

/**
 * All that was declared, as a file that declares it again: applying it changes nothing.
 * @throws UnauthorizedError, RegistryError `DENIED`
 */
export async function exportCatalog({ access, metadata }: Catalog<"definitions">, { principal }: Pick<Author, "principal">): Promise<CatalogFile> {
  access.authorizeAdministration(principal);
  return toFile(storedDeclarations(await metadata.definitions.declared()));
}

/** Everything in a fixed order, without what is the default anyway. */
export function toFile({ namespaces, projects, repositories, grants, types }: Declarations): CatalogFile {
  const names = [...new Set([...namespaces.keys(), ...[...projects.values()].map(({ namespace }) => namespace)])].sort();
  const places = names.map((name) => {
    const own = [...projects.values()].filter(({ namespace }) => namespace === name);
    const description = describe(namespaces.get(name));
    return [
      name,
      { ...description, ...(own.length > 0 && { projects: Object.fromEntries(own.map((project) => [project.name, projectBody(project)])) }) },
    ] as const;
  });
  const described = [...repositories].map(([name, repository]) => {
    return [name, { ...describe(repository), ...(repository.contentType !== undefined && { contentType: repository.contentType }) }] as const;
  });
  return {
    version: 1,
    ...(places.length > 0 && { namespaces: Object.fromEntries(places) }),
    ...(described.length > 0 && { repositories: Object.fromEntries(described) }),
    grants: (grants ?? []).map(({ subjects, repositories: glob, actions }) => ({
      subjects: [...subjects],
      repositories: glob,
      actions: [...actions] as GrantBody["actions"],
    })),
    ...(types.size > 0 && { types: [...types.values()].map(typeBody) }),
  };
}

function describe(declared: Description | undefined): { description?: string; labels?: Record<string, string>; owner?: string } {
  const { description, labels = {}, owner } = declared ?? {};
  return {
    ...(description !== undefined && { description }),
    ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    ...(owner !== undefined && { owner }),
  };
}

function projectBody(project: ProjectDefinition) {
  const levels = Object.entries(project.policies).filter(([policy, level]) => level !== DEFAULT_POLICIES[policy as keyof ProjectPolicies]);
  return {
    ...describe(project),
    ...(project.visibility !== "private" && { visibility: project.visibility }),
    ...(levels.length > 0 && { policies: Object.fromEntries(levels) as Partial<ProjectPolicies> }),
    ...(project.repositories.length > 0 && { repositories: [...project.repositories] }),
  };
}

function typeBody({ type, rule, title, definition }: StoredType): NonNullable<CatalogFile["types"]>[number] {
  return { type, rule, ...(title !== undefined && { title }), ...definition };
}
