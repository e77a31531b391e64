import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const tags: Case = { ...smallReads({ name: "tags", title: "tags list, 100 tags", group: "reads" }, "tags", 16), targets: [beside(6)] };
