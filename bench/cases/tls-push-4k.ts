import { pushes, SMALL_BLOB } from "../shapes.ts";

export const tlsPush4k = pushes({ name: "tls-push-4k", title: "push 4 KiB, TLS", group: "tls" }, SMALL_BLOB, 1);
