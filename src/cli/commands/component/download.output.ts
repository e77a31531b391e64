import { z } from "zod";
import { digest } from "../../schemas/common.ts";
import { componentVersion } from "../../schemas/component.ts";

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
