import { z } from "zod";
import { digest, repository } from "../schemas/common.ts";

/** `opm delete --json` */
export const deleteOutput = z.object({ repository: repository, digest: digest });
export type DeleteOutput = z.infer<typeof deleteOutput>;
