import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const referrers: Case = {
  ...smallReads({ name: "referrers", title: "referrers, 10", group: "reads" }, "referrers", 16),
  targets: [beside(20)],
  without: ["distribution"],
};
