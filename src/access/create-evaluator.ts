import type { CatalogWatch } from "../storage/watch-catalog.ts";
import { compileGrants, type Evaluator } from "./evaluator.ts";
import type { Grant } from "./grant.ts";
import { liveEvaluator } from "./live-evaluator.ts";

const OPEN: readonly Grant[] = [{ subjects: ["anonymous"], repositories: "**", actions: ["pull", "push", "delete"] }];

/**
 * What the grants of a configuration allow, together with what was declared.
 * @param configured undefined: open mode, in which what was declared changes nothing
 */
export function createEvaluator(configured: readonly Grant[] | undefined, declared: Pick<CatalogWatch, "current"> | undefined): Evaluator {
  return configured === undefined || declared === undefined ? compileGrants(configured ?? OPEN) : liveEvaluator(configured, declared);
}
