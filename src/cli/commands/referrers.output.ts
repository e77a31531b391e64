import { z } from "zod";
import { annotations, descriptor, digest, repository } from "../schemas/common.ts";

/** One referrer and what refers to it. */
export interface ReferrerNode {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string | null;
  readonly tag: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly referrers: readonly ReferrerNode[];
}

const referrerNode: z.ZodType<ReferrerNode> = z.object({
  ...descriptor.shape,
  artifactType: z.string().nullable().describe("Of what has a tag in place of a subject: that of its first layer."),
  tag: z.string().nullable().describe("The tag by which it belongs to its subject, as cosign has it; null: it names its subject itself."),
  annotations: annotations,
  get referrers() {
    return z.array(referrerNode).describe("What refers to this one, in the same form.");
  },
});

/** `opm referrers --json` */
export const referrersOutput = z.object({
  repository: repository,
  digest: digest,
  source: z.enum(["api", "tag"]).describe("Whether the registry keeps the list, or clients do under a tag."),
  complete: z.boolean().describe("False: there are more than were followed."),
  referrers: z.array(referrerNode),
});
export type ReferrersOutput = z.infer<typeof referrersOutput>;
