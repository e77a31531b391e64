import * as z from "zod/mini";
import { helperErrorSchema } from "./protocol.ts";

const common = { from: z.enum(["host", "helper"]), id: z.number() };
const part = z.enum(["request", "reply"]);

/** The headers of frames. `isFrameHeader` says the same without Zod. */
export const headerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("request"), ...common, method: z.string(), params: z.optional(z.unknown()) }),
  z.object({ kind: z.literal("data"), ...common, part, end: z.boolean() }),
  z.object({ kind: z.literal("event"), ...common, event: z.unknown() }),
  z.object({ kind: z.literal("reply"), ...common, result: z.unknown() }),
  z.object({ kind: z.literal("error"), ...common, error: helperErrorSchema }),
  z.object({ kind: z.literal("cancel"), ...common }),
  z.object({ kind: z.literal("credit"), ...common, part, bytes: z.number().check(z.nonnegative()) }),
]);
export type FrameHeader = z.infer<typeof headerSchema>;
