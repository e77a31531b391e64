import type { ProjectPath } from "../oci/project-path.ts";
import { compileRepositoryGlob, type RepositoryGlob } from "../oci/repository-glob.ts";
import { compileClaims } from "../storage/claims.ts";
import type { ProjectDefinition } from "../storage/metadata/catalog/definitions.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";
import { compileGrants, type Evaluator } from "./evaluator.ts";
import type { Grant } from "./grant.ts";
import { createLru } from "./lru.ts";

/** Names whose project is remembered. */
const PATHS = 10_000;

const OPEN: readonly Grant[] = [{ subjects: ["anonymous"], repositories: "**", actions: ["pull", "push", "delete"] }];

/**
 * What the grants of a configuration allow, together with what was declared.
 * @param configured undefined: open mode, in which what was declared changes nothing
 */
export function createEvaluator(configured: readonly Grant[] | undefined, declared: Pick<CatalogWatch, "current"> | undefined): Evaluator {
  return configured === undefined || declared === undefined ? compileGrants(configured ?? OPEN) : liveEvaluator(configured, declared);
}

/** Says what the grants of the configuration allow, with those that were declared since and what public projects add. */
export function liveEvaluator(configured: readonly Grant[], declared: Pick<CatalogWatch, "current">): Evaluator {
  let known = declared.current();
  let compiled = compile();

  function compile(): Evaluator {
    return compileGrants([...configured, ...known.grants], publicGlobs(known.projects));
  }

  function current(): Evaluator {
    const now = declared.current();
    if (now === known) return compiled;
    known = now;
    compiled = compile();
    return compiled;
  }

  return {
    may: (principal, action, repository) => current().may(principal, action, repository),
    actions: (principal, repository) => current().actions(principal, repository),
    filter: (principal, action) => current().filter(principal, action),
  };
}

/** A glob over the repositories of a public project. */
export interface PublicGlob extends RepositoryGlob {
  readonly text: string;
  /** `namespace/project` */
  readonly project: string;
}

/**
 * What the repositories of public projects are named. A name counts by the project that it belongs to: where a private project
 * claims a part of a public one's names, that part stays private.
 */
export function publicGlobs(projects: readonly ProjectDefinition[]): PublicGlob[] {
  const open = projects.filter((project) => project.visibility === "public");
  if (open.length === 0) return [];
  const compiled = compileClaims(projects);
  const paths = createLru<ProjectPath>(PATHS);
  const placeOf = (repository: string): ProjectPath => {
    const known = paths.get(repository);
    if (known !== undefined) return known;
    const path = compiled(repository);
    paths.set(repository, path);
    return path;
  };
  return open.flatMap((project) => {
    const belongs = (repository: string): boolean => {
      const { namespace, project: name } = placeOf(repository);
      return namespace === project.namespace && name === project.name;
    };
    return [...new Set([...project.repositories, ...ownGlobs(project)])].map((text) => {
      const glob = compileRepositoryGlob(text);
      const matches = (repository: string) => glob.matches(repository) && belongs(repository);
      return { text, project: `${project.namespace}/${project.name}`, prefix: glob.prefix, all: false, matches };
    });
  });
}

/** The names that belong to a project by their segments. */
function ownGlobs({ namespace, name }: ProjectDefinition): string[] {
  if (name !== "_") return [`${namespace}/${name}/**`];
  return namespace === "library" ? ["*", "library/*"] : [`${namespace}/*`];
}
