import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const manifestDigest: Case = {
  ...smallReads({ name: "manifest-digest", title: "GET manifest by digest", group: "reads" }, "byDigest", 32),
  targets: [beside(5)],
};
