import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const blob1k: Case = { ...smallReads({ name: "blob-1k", title: "GET blob 1 KiB", group: "reads" }, "small", 32), targets: [beside(5)] };
