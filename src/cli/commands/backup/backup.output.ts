import { z } from "zod";
import { damaged, digest } from "../../schemas/common.ts";

const cut = z.string().describe("The name of a cut, for --at.");
const createdAt = z.string().describe("RFC 3339: when the registry was as it is in the cut.");
const contents = z.int().describe("Blobs of the registry in the cut.");
const bytes = z.int().describe("Bytes of them.");

/** `opm backup create --json` */
export const createOutput = z.object({
  cut,
  createdAt,
  contents,
  bytes,
  newContents: z.int().describe("Of these, how many came with this cut; the others were in the folder."),
  newBytes: z.int().describe("Bytes of them."),
  rows: z.int().describe("Rows of the database."),
  problems: z.array(damaged).describe("What is damaged at the registry, and not in the cut: a finding."),
});

/** `opm backup list --json` */
export const listOutput = z.object({
  cuts: z.array(z.object({ cut, createdAt, contents, bytes, damaged: z.int().describe("Contents that were damaged at the registry, and are not in it.") })),
});

/** `opm backup verify --json` */
export const verifyOutput = z.object({
  cuts: z.int(),
  contents: z.int().describe("Files that were read."),
  bytes: z.int().describe("Bytes of them."),
  problems: z
    .array(z.object({ cut: cut.optional(), digest: digest.optional(), problem: z.enum(["missing", "corrupt"]), what: z.string() }))
    .describe("A finding. Without cut: of all cuts that have it."),
});

/** `opm backup restore --json` */
export const restoreOutput = z.object({
  cut,
  contents: z.int().describe("Blobs that were written, beside those of an earlier try."),
  bytes: z.int().describe("Bytes of them."),
  rows: z.int().describe("Rows of the database."),
  problems: z.array(damaged).describe("What the backup does not have: there is no such content in the registry; a finding."),
});

/** `opm backup prune --json` */
export const pruneOutput = z.object({
  cuts: z.array(z.string()).describe("The cuts that were removed."),
  contents: z.int().describe("Files that no other cut had."),
  bytes: z.int().describe("Bytes of them."),
});
