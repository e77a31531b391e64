import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

/** A manifest of another repository each time. */
export const manyRepositories: Case = {
  ...smallReads({ name: "many-repositories", title: "by tag, many repositories", group: "many" }, "many", 32),
  targets: [beside(5)],
};
