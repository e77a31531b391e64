import { z } from "zod";
import { repositoryGlobProblem } from "../oci/repository-glob.ts";

/** A glob over repository names; refused where it could never match one. */
const repositoryGlobSchema = z.string().check((context) => {
  const problem = repositoryGlobProblem(context.value);
  if (problem !== undefined) context.issues.push({ code: "custom", message: problem, input: context.value });
});

/** One rule: these subjects may do these things on the repositories that match the glob. */
export const grantSchema = z.strictObject({
  subjects: z
    .array(z.string().regex(/^(?:anonymous|authenticated|user:.+|group:.+)$/, "expected anonymous, authenticated, user:<name> or group:<name>"))
    .min(1)
    .describe("`anonymous` (everybody, logged in or not), `authenticated`, `user:<name>`, `group:<name>`"),
  repositories: repositoryGlobSchema.describe("Glob over repository names: `*` within a path component, `**` across components."),
  actions: z
    .array(z.enum(["pull", "push", "delete", "admin"]))
    .min(1)
    .describe("`admin` includes the others."),
});

export type Grant = z.infer<typeof grantSchema>;
