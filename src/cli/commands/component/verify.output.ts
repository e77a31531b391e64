import { z } from "zod";
import { componentVersion } from "../../schemas/component.ts";
import { digestSpec, finding, unreadResource } from "../../schemas/finding.ts";

/** `opm component verify --json` */
export const componentVerifyOutput = z.object({
  ...componentVersion.shape,
  verified: z.boolean(),
  signatures: z.array(z.string()).describe("Names of those that were verified; none where anything is wrong."),
  signers: z
    .array(
      z.object({
        signature: z.string().describe("Its name."),
        key: z.string().describe("SHA-256 of the public key (SubjectPublicKeyInfo, DER), hex."),
        certificate: z
          .object({ subject: z.string(), issuer: z.string(), authority: z.string().describe("The authority of --ca-cert that its path ends at.") })
          .optional()
          .describe("Distinguished names (RFC 4514), where certificates were validated."),
      }),
    )
    .describe("Who made the signatures, in their order."),
  skipped: z
    .array(z.object({ signature: z.string(), reason: z.string() }))
    .describe("Signatures of ways that opm does not know, beside others that were verified."),
  components: z.int().describe("Component versions that were looked at, itself included."),
  contents: z.int().describe("Resources and sources whose content was read."),
  unread: z.array(unreadResource).describe("With --declared: resources whose digest was taken as it is declared."),
  findings: z.array(finding).describe("Everything that is not what was signed."),
});
export type ComponentVerifyOutput = z.infer<typeof componentVerifyOutput>;

/** `opm component check --json` */
export const componentCheckOutput = z.object({
  ...componentVersion.shape,
  complete: z.boolean(),
  components: z.int().describe("Component versions that are there, itself included."),
  contents: z.int().describe("Resources and sources whose content is there."),
  unchecked: z.array(z.object({ subject: z.string(), accessType: z.string() })).describe("Content that opm cannot look for."),
  findings: z.array(finding).describe("Everything that is not there."),
});
export type ComponentCheckOutput = z.infer<typeof componentCheckOutput>;

/** `opm component hash --json` */
export const componentHashOutput = z.object({
  ...componentVersion.shape,
  digest: digestSpec,
  complete: z.boolean().describe("False where elements have no digest yet: signing adds them, and the digest will be another one."),
  normalised: z.string().optional().describe("The text that is hashed, with -o norm."),
});
export type ComponentHashOutput = z.infer<typeof componentHashOutput>;
