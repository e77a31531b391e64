import { z } from "zod";
import { bytes, transfer } from "../../schemas/common.ts";

/** `opm site build --json` */
export const siteBuildOutput = z.object({
  folder: z.string(),
  repositories: z.int(),
  tags: z.int(),
  files: z.int(),
  bytes: bytes.describe("bytes of all files, each as often as it has a path"),
  written: z.int().describe("Files that were not there before, or other ones."),
  removed: z.int().describe("Files of the site of before that are none any more."),
  transfer,
});
export type SiteBuildOutput = z.infer<typeof siteBuildOutput>;

/** `opm site check --json` */
export const siteCheckOutput = z.object({
  folder: z.string(),
  host: z.string().nullable().describe("Who was asked for the files; null: the folder was read."),
  files: z.int(),
  bytes,
  problems: z.array(z.object({ path: z.string(), problem: z.string() })),
});
export type SiteCheckOutput = z.infer<typeof siteCheckOutput>;
