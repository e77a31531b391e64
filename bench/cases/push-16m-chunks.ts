import { IN_CHUNKS, pushes } from "../shapes.ts";

export const push16mChunks = pushes({ name: "push-16m-chunks", title: "push 16 MiB, 4 chunks", group: "pushes" }, IN_CHUNKS, 0.95, 1.15);
