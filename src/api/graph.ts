import { z } from "zod";
import { digest, paging, platformText, reference, repositoryName, tagName } from "./common.ts";

export const graphQuery = z.strictObject({
  reference,
  direction: z.enum(["down", "up", "both"]).optional().describe("down (default): what it needs; up: what needs it."),
  depth: z.int().min(1).max(32).optional().describe("Steps; 8 without it."),
  n: z.int().min(1).max(1000).optional().describe("Nodes at most; 1000 without it."),
});
const graphNode = z.object({
  digest: digest,
  kind: z.enum(["manifest", "blob"]),
  mediaType: z.string(),
  size: z.int(),
  type: z.string().nullable(),
  tags: z.array(tagName),
  missing: z.boolean().describe("The repository does not have it."),
});
const graphEdge = z.object({
  from: digest,
  to: digest,
  kind: z.enum(["config", "layer", "child", "subject"]),
  platform: z.string().optional(),
});
export const graph = z.object({
  name: repositoryName,
  root: digest,
  nodes: z.array(graphNode),
  edges: z.array(graphEdge),
  truncated: z.boolean(),
});
export type Graph = z.infer<typeof graph>;

export const contentUseQuery = z.strictObject({ ...paging, digest });
/** Only what the caller may pull is listed or counted. */
export const contentUses = z.object({
  digest: digest,
  uses: z.array(
    z.object({ repository: repositoryName, manifest: digest, kind: z.enum(["config", "layer", "child", "subject", "manifest"]), tags: z.array(tagName) }),
  ),
});
export type ContentUses = z.infer<typeof contentUses>;

const dependencyKind = z.enum(["helm-chart", "cue-module", "ocm-component", "base-image", "sbom-package"]);

export const dependency = z.object({
  kind: dependencyKind,
  key: z.string().describe("oci:<repository>, cue:<module path>, ocm:<component>, helm:<url>/<name> or pkg:<package url>"),
  name: z.string(),
  registry: z.string().nullable(),
  requirement: z.string().nullable().describe("Version or range, as declared."),
  digest: digest.nullable(),
});

export const dependenciesQuery = z.strictObject({ ...paging, reference });
export const dependencies = z.object({
  name: repositoryName,
  digest: digest,
  dependencies: z.array(
    dependency.extend({
      declaredBy: digest.describe("The artifact itself, or an SBOM that refers to it."),
      resolved: z
        .object({ repository: repositoryName, tag: tagName.nullable(), digest: digest })
        .nullable()
        .describe("What suits the requirement best in this registry, of what the caller may pull."),
    }),
  ),
  problem: z.string().nullable(),
});
export type Dependencies = z.infer<typeof dependencies>;

export const dependentsQuery = z.strictObject({ ...paging, reference: reference.optional().describe("Only those whose requirement this version meets.") });
export const dependents = z.object({
  name: repositoryName,
  keys: z.array(z.string()),
  dependents: z.array(
    z.object({
      repository: repositoryName,
      digest: digest,
      declaredBy: digest,
      tags: z.array(tagName),
      dependency: dependency,
      satisfied: z.boolean().nullable().describe("Whether the version asked for meets the requirement; null: not asked, or it cannot be told."),
    }),
  ),
});
export type Dependents = z.infer<typeof dependents>;

/** What a client still needs of an artifact, given what it has. */
export const planBody = z.strictObject({
  want: reference,
  platform: platformText.optional(),
  have: z.array(digest).max(10_000).default([]),
});
export const plan = z.object({
  name: repositoryName,
  digest: digest,
  need: z.array(z.object({ mediaType: z.string(), digest: digest, size: z.int(), kind: z.enum(["manifest", "blob"]) })),
  have: z.array(digest),
  bytes: z.int().describe("Of what is needed."),
  totalBytes: z.int().describe("Of all unique elements."),
  truncated: z.boolean(),
});
export type Plan = z.infer<typeof plan>;
