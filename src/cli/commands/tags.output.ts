import { z } from "zod";
import { digest, repository } from "../schemas/common.ts";

/** `opm tag --json` */
export const tagOutput = z.object({ repository: repository, digest: digest, tags: z.array(z.string()) });
export type TagOutput = z.infer<typeof tagOutput>;

/** `opm untag --json` */
export const untagOutput = z.object({ repository: repository, tags: z.array(z.string()).describe("The tags that were removed.") });
export type UntagOutput = z.infer<typeof untagOutput>;

/** `opm delete --json` */
export const deleteOutput = z.object({ repository: repository, digest: digest });
export type DeleteOutput = z.infer<typeof deleteOutput>;
