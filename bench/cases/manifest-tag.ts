import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const manifestTag: Case = {
  ...smallReads({ name: "manifest-tag", title: "GET manifest by tag", group: "reads" }, "byTag", 32),
  targets: [beside(5)],
};
