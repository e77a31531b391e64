import { z } from "zod";
import { digest, repository } from "../schemas/common.ts";

/** `opm tag --json` */
export const tagOutput = z.object({ repository: repository, digest: digest, tags: z.array(z.string()) });
export type TagOutput = z.infer<typeof tagOutput>;
