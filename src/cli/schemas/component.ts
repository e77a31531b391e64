import { z } from "zod";

/** Parts that outputs about component versions, and about what was found in them, share. */

export const componentName = z.string().describe("E.g. acme.org/app.");
const componentReference = z.string().describe("<repository>//<component>:<version>");
export const layout = z
  .enum(["manifest", "index", "archive"])
  .describe("manifest: every local blob is a layer; index: OCI artifacts are stored natively; archive: an older component archive.");

export const componentVersion = z.object({ component: componentName, version: z.string(), reference: componentReference });

/** JSON as it stands in descriptors. */
export const tree = z.record(z.string(), z.unknown());

export const finding = z.object({
  subject: z.string().describe("E.g. acme.org/app:1.0.0, resource image."),
  message: z.string().describe("With the subject."),
});

export const unreadResource = z.object({ subject: z.string().describe("As of a finding."), accessType: z.string() });

export const digestSpec = z.object({
  hashAlgorithm: z.string().describe("SHA-256 or SHA-512"),
  normalisationAlgorithm: z.string().describe("E.g. jsonNormalisation/v3."),
  value: z.string().describe("hex"),
});
