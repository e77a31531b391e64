import { z } from "zod";
import { digest } from "./common.ts";
import type { JsonOutput } from "./outputs.ts";

const time = z.iso.datetime();

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

const scope = z.object({ repositories: z.string(), actions: z.array(z.string()) });

const tokenOutput = z.object({
  id: z.string(),
  user: z.string(),
  description: z.string(),
  state: z.enum(["valid", "expired", "revoked"]),
  scopes: z.array(scope).describe("Empty: all that the user may do."),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});

const createdTokenOutput = z.object({
  id: z.string(),
  token: z.string().describe("The secret, which is shown only once."),
  user: z.string(),
  scopes: z.array(scope).describe("Empty: all that the user may do."),
  expiresAt: time.nullable(),
});

const userOutput = z.object({ name: z.string(), groups: z.array(z.string()), createdAt: time });

const versionOutput = z.object({
  version: z.string(),
  commit: z.string().nullable(),
  bun: z.string(),
  platform: z.string().describe("os-architecture"),
});

/** What the commands print that look after a registry, or after this program. */
export const ADMINISTRATION_OUTPUTS: readonly JsonOutput[] = [
  { command: "user list", schema: z.array(userOutput) },
  { command: "token create", schema: createdTokenOutput },
  { command: "token list", schema: z.array(tokenOutput) },
  { command: "gc", schema: gcOutput },
  { command: "scrub", schema: scrubOutput },
  { command: "version", schema: versionOutput },
];
