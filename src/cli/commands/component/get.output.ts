import { z } from "zod";
import { digest } from "../../schemas/common.ts";
import { componentName, componentVersion, layout, tree } from "../../schemas/component.ts";

/** `opm component get --json` */
export const componentGetOutput = z.object({
  components: z
    .array(
      z.object({
        ...componentVersion.shape,
        digest: digest.describe("Of the manifest or index."),
        layout: layout,
        mediaType: z.string().describe("Of the descriptor as it is stored."),
        warnings: z.array(z.string()).describe("What of the descriptor breaks its schema."),
        descriptor: tree.describe("The component descriptor, of schema v2 in any case."),
      }),
    )
    .describe("The one asked for first; with --recursive all that it refers to, too."),
  missing: z
    .array(z.object({ component: componentName, version: z.string(), referredToBy: z.string() }))
    .describe("With --recursive: what is referred to and not there."),
});
export type ComponentGetOutput = z.infer<typeof componentGetOutput>;
