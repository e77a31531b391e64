import { largeReads } from "../shapes.ts";

export const blob1m = largeReads({ name: "blob-1m", title: "GET blob 1 MiB", group: "reads" }, "medium", 8, 0.9);
