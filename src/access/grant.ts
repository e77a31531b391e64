import { z } from "zod";

/** One rule: these subjects may do these things on the repositories that match the glob. */
export const grantSchema = z.strictObject({
  subjects: z
    .array(z.string().regex(/^(?:anonymous|authenticated|user:.+|group:.+)$/, "expected anonymous, authenticated, user:<name> or group:<name>"))
    .min(1)
    .describe("`anonymous` (everybody, logged in or not), `authenticated`, `user:<name>`, `group:<name>`"),
  repositories: z.string().min(1).describe("Glob over repository names: `*` within a path component, `**` across components."),
  actions: z.array(z.enum(["pull", "push", "delete", "admin"])).min(1),
});

export type Grant = z.infer<typeof grantSchema>;
