import { LARGE_BLOB, pushes } from "../shapes.ts";

export const push16m = pushes({ name: "push-16m", title: "push 16 MiB", group: "pushes" }, LARGE_BLOB, 0.95, 1.15);
