import { LARGE_BLOB, pushes } from "../shapes.ts";

export const diskPush16m = pushes({ name: "disk-push-16m", title: "push 16 MiB, synced", group: "disk" }, LARGE_BLOB, 0.95);
