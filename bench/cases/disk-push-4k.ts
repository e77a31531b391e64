import { pushes, SMALL_BLOB } from "../shapes.ts";

export const diskPush4k = pushes({ name: "disk-push-4k", title: "push 4 KiB, synced", group: "disk" }, SMALL_BLOB, 2.5);
