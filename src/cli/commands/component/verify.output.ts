import { z } from "zod";
import { componentVersion, finding, unreadResource } from "../../schemas/component.ts";

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
