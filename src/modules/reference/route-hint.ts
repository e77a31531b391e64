import { ModuleError } from "../helper/helper.ts";
import type { AddedRoute } from "./snippet.ts";

/** What a hint of this kind has in it. */
export const NO_ROUTE = "~/.opm/config.yaml has no registry for";

/**
 * The error of work with routes that came from references: where a registry did not answer, or had no such module, it says that nobody
 * configured that registry.
 */
export function withRouteHint(error: unknown, added: readonly AddedRoute[]): unknown {
  const [first] = added;
  if (!(error instanceof ModuleError) || first === undefined || !["network", "not-found", "permission"].includes(error.code)) return error;
  const { prefix, host } = first.route;
  const hint = `${NO_ROUTE} ${prefix}, so ${host} was asked; for modules of CUE's central registry say there: registries: {"*": "registry.cue.works"}`;
  return new ModuleError(error.code, `${error.message} (${hint})`, { cause: error, diagnostics: [...error.diagnostics], details: error.details });
}
