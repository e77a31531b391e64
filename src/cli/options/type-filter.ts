import { compileTypeGlob, typeGlobProblem } from "../../artifacts/type-glob.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

export interface TypeFilter {
  readonly accepts: (type: string | undefined) => boolean;
  /** The type that was not accepted, if there was one. */
  refused(): { readonly type: string | undefined } | undefined;
}

/**
 * Accepts artifacts of some types; without a list of every type.
 * @param types media types, in which `*` stands for any characters
 * @throws CliError `invalid`
 */
export function typeFilter(types: readonly string[] | undefined): TypeFilter {
  for (const type of types ?? []) {
    const problem = typeGlobProblem(type);
    if (problem !== undefined) throw new CliError(EXIT.invalid, `invalid type '${type}': ${problem}`);
  }
  const globs = types?.map(compileTypeGlob);
  let refused: { readonly type: string | undefined } | undefined;
  return {
    accepts(type) {
      const accepted = globs === undefined || (type !== undefined && globs.some((matches) => matches(type)));
      if (!accepted) refused = { type };
      return accepted;
    },
    refused: () => refused,
  };
}
