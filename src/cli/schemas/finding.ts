import { z } from "zod";

/** Parts that several outputs of components share. */

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
