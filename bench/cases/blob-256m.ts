import { largeReads } from "../shapes.ts";

export const blob256m = largeReads({ name: "blob-256m", title: "GET blob 256 MiB", group: "reads" }, "large", 2, 1);
