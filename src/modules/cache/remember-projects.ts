import type { Helper } from "../helper/helper.ts";
import { rememberProject } from "./known-projects.ts";

/** A helper that notes the modules it is asked to work on: what they need is not removed from the cache. */
export function rememberProjects(helper: Helper, home: string | undefined): Helper {
  const known = new Set<string>();
  const note = async (params: object) => {
    const root = "root" in params && typeof params.root === "string" ? params.root : undefined;
    if (root === undefined || known.has(root)) return;
    known.add(root);
    await rememberProject(home, root);
  };
  return {
    async call(method, params, options) {
      const [result] = await Promise.all([helper.call(method, params, options), note(params)]);
      return result;
    },
    async stream(method, params, options) {
      const [result] = await Promise.all([helper.stream(method, params, options), note(params)]);
      return result;
    },
    close: () => helper.close(),
  };
}
