import { z } from "zod";
import { repository } from "../schemas/common.ts";

/** `opm untag --json` */
export const untagOutput = z.object({ repository: repository, tags: z.array(z.string()).describe("The tags that were removed.") });
export type UntagOutput = z.infer<typeof untagOutput>;
