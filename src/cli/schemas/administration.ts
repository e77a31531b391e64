import { z } from "zod";
import { account, createdToken, passwordSet, rights, tokenDocument, userDocument } from "../../api/accounts.ts";
import { auditList, deletedReply } from "../../api/administration.ts";
import { digest } from "./common.ts";
import type { JsonOutput } from "./outputs.ts";

const gcOutput = z.object({
  dryRun: z.boolean(),
  manifests: z.int(),
  links: z.int().describe("Blobs that were taken from a repository which needs them no more."),
  blobs: z.int(),
  bytes: z.int().describe("Bytes of the blobs."),
  uploads: z.int().describe("Uploads that were begun and not ended."),
  unknown: z
    .object({
      contents: z.int().describe("Contents that the database does not know and that are old enough to go."),
      bytes: z.int().describe("Bytes of them."),
      kept: z.int().describe("Those that are younger than collector.retention."),
    })
    .optional()
    .describe("With --unknown."),
  complete: z.boolean().optional().describe("With --dry-run: false where there is more than was looked at."),
});

const scrubOutput = z.object({
  checked: z.int().describe("Blobs and manifests."),
  bytes: z.int().describe("Bytes of them."),
  problems: z.array(z.object({ problem: z.enum(["missing", "corrupt"]), kind: z.enum(["blob", "manifest"]), digest })),
  orphans: z.int().describe("Contents that the database does not know; they stay, see opm gc --unknown."),
  orphanBytes: z.int().describe("Bytes of them."),
  mostlyUnknown: z.boolean().describe("More contents are unknown than known: a finding."),
  stores: z
    .enum(["same", "foreign", "unclaimed", "absent"])
    .describe("How content and database belong together; where they do not, or one is not there, nothing is checked and this is a finding."),
});

/** Those of one account, and what its owner may do. */
const whoamiOutput = account.extend({ rights });

const auditOutput = auditList.extend({ more: z.boolean().describe("--limit cut it. With --follow each entry is a document in a line of its own.") });

const versionOutput = z.object({
  version: z.string(),
  commit: z.string().nullable(),
  bun: z.string(),
  platform: z.string().describe("os-architecture"),
});

/** What the commands print that look after a registry, or after this program. */
export const ADMINISTRATION_OUTPUTS: readonly JsonOutput[] = [
  { command: "user add", schema: userDocument },
  { command: "user list", schema: z.array(userDocument) },
  { command: "user edit", schema: userDocument },
  { command: "user passwd", schema: passwordSet },
  { command: "user rights", schema: rights },
  { command: "user remove", schema: deletedReply },
  { command: "token create", schema: createdToken },
  { command: "token list", schema: z.array(tokenDocument) },
  { command: "token revoke", schema: deletedReply },
  { command: "whoami", schema: whoamiOutput },
  { command: "audit", schema: auditOutput },
  { command: "gc", schema: gcOutput },
  { command: "scrub", schema: scrubOutput },
  { command: "version", schema: versionOutput },
];
