import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { compileRepositoryGlob, repositoryGlobProblem } from "../../oci/repository-glob.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** Which repositories are meant. */
export interface RepositoryFilter {
  /** Their names, where no glob is among what was given. */
  readonly named: readonly RepositoryName[] | undefined;
  matches(name: string): boolean;
}

/** Takes globs over names of repositories, of which one must match; none means all. @throws CliError `invalid` */
export function repositoryFilter(globs: readonly string[] = []): RepositoryFilter {
  for (const glob of globs) {
    const problem = repositoryGlobProblem(glob);
    if (problem !== undefined) throw new CliError(EXIT.invalid, `--repositories '${glob}': ${problem}`);
  }
  const compiled = globs.map(compileRepositoryGlob);
  const named = globs.filter(isRepositoryName);
  return {
    named: globs.length > 0 && named.length === globs.length ? named : undefined,
    matches: (name) => compiled.length === 0 || compiled.some((glob) => glob.matches(name)),
  };
}
