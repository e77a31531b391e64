import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const tlsBlob1k: Case = { ...smallReads({ name: "tls-blob-1k", title: "GET blob 1 KiB, TLS", group: "tls" }, "small", 32), targets: [beside(2)] };
