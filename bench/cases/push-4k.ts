import { pushes, SMALL_BLOB } from "../shapes.ts";

export const push4k = pushes({ name: "push-4k", title: "push 4 KiB", group: "pushes" }, SMALL_BLOB, 1.8);
