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

/** `opm component list --json` */
export const componentListOutput = z.object({
  repository: z.string(),
  components: z.array(z.object({ component: componentName, versions: z.array(z.string()).describe("Ascending.") })),
});
export type ComponentListOutput = z.infer<typeof componentListOutput>;

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

/** `opm component download --json` */
export const componentDownloadOutput = z.object({
  ...componentVersion.shape,
  resource: z.string(),
  file: z.string(),
  form: z.enum(["blob", "chart", "layout"]).describe("blob: its bytes; chart: a packaged Helm chart; layout: an OCI layout in a tar archive."),
  size: z.int().describe("bytes of the file"),
  digest: digest.describe("Of the file."),
});
export type ComponentDownloadOutput = z.infer<typeof componentDownloadOutput>;
