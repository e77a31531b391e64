import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

/** Pages of 100 names out of the list of all repositories. */
export const manyCatalog: Case = {
  ...smallReads({ name: "many-catalog", title: "_catalog, 100 of many", group: "many" }, "catalog", 4),
  targets: [beside(1)],
  registriesOnly: true,
};
