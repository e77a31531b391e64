import { z } from "zod";
import { componentVersion, tree } from "../../schemas/component.ts";

/** `opm component resources --json` */
export const componentResourcesOutput = z.object({
  ...componentVersion.shape,
  resources: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      type: z.string(),
      relation: z.string().nullable(),
      extraIdentity: z.record(z.string(), z.string()),
      access: tree.describe("Where the content is: type, and what it needs."),
      digest: z.object({ hashAlgorithm: z.string(), normalisationAlgorithm: z.string(), value: z.string() }).nullable(),
      mediaType: z.string().nullable().describe("Of content that is stored with the component version; null of others."),
      size: z.int().nullable().describe("bytes; null where the access does not tell."),
      pull: z.string().nullable().describe("Where any client pulls an image or a chart that is an artifact; null of other content, and in archives."),
    }),
  ),
});
export type ComponentResourcesOutput = z.infer<typeof componentResourcesOutput>;
