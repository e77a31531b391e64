import { type ProjectPath, projectPathOf } from "../oci/project-path.ts";
import { compileRepositoryGlob } from "../oci/repository-glob.ts";

/** Globs that a project claims repositories by, whatever their segments say. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly repositories: readonly string[];
}

/**
 * Compiles the claims of projects: of the globs that match a name the one with the longest literal start wins, of those the longer
 * one, of those the first by name. A name that nobody claims belongs where its segments say.
 */
export function compileClaims(claims: readonly Claim[]): (repository: string) => ProjectPath {
  const globs = claims.flatMap(({ namespace, name, repositories }) => {
    return repositories.map((text) => ({ text, glob: compileRepositoryGlob(text), path: { namespace, project: name }, key: `${text} ${namespace}/${name}` }));
  });
  globs.sort((a, b) => b.glob.prefix.length - a.glob.prefix.length || b.text.length - a.text.length || (a.key < b.key ? -1 : 1));
  return (repository) => globs.find(({ glob }) => glob.matches(repository))?.path ?? projectPathOf(repository);
}
