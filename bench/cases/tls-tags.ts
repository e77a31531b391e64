import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const tlsTags: Case = { ...smallReads({ name: "tls-tags", title: "tags list, TLS", group: "tls" }, "tags", 16), targets: [beside(2)] };
