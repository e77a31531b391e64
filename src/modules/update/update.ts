import { type ChangedDependencies, type ChangeOptions, changeDependencies, type DependencyRequest } from "../dependencies/change-dependencies.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";

/** A dependency and the version to take instead; a path with another major is another module, whose imports change. */
export interface Update {
  readonly path: string;
  readonly target: ModuleVersion;
}

/**
 * Brings dependencies to other versions, all at once. One that another of them requires in a higher version gets that.
 * @throws ModuleError as changeDependencies does
 */
export async function updateDependencies(session: ModuleSession, updates: readonly Update[], options: ChangeOptions): Promise<ChangedDependencies> {
  for (let left = updates; ; ) {
    try {
      return await changeDependencies(session, requestFor(left), options);
    } catch (error) {
      const path = surpassed(error);
      const fewer = left.filter(({ target }) => target.path !== path);
      if (fewer.length === left.length || fewer.length === 0) throw error;
      left = fewer;
    }
  }
}

function requestFor(updates: readonly Update[]): DependencyRequest {
  const majors = updates.filter(({ path, target }) => path !== target.path);
  return {
    require: updates.map(({ target }) => target),
    drop: majors.map(({ path }) => path),
    rewrites: majors.map(({ path, target }) => ({ from: path, to: target.path })),
  };
}

/** The module that cannot be set to a version because another one requires a higher. */
function surpassed(error: unknown): string | undefined {
  if (!(error instanceof ModuleError) || error.code !== "refused" || !Array.isArray(error.details.requiredBy)) return undefined;
  const { module } = error.details;
  return typeof module === "object" && module !== null && "path" in module && typeof module.path === "string" ? module.path : undefined;
}
