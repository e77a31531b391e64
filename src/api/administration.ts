import { z } from "zod";
import { labels, mediaType, nameSegment, owner, paging, policies, repositoryName, text, time } from "./common.ts";

/** What people declare; absent fields are empty ones. The same shapes make up `catalog.yaml`. */
const description = {
  description: z.string().max(2000).optional(),
  labels: labels.optional(),
  owner: owner.optional(),
};

const repositoryGlob = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-z0-9._\-/*]+$/, "expected a glob over repository names");

export const namespaceDefinition = z.strictObject(description);
export const projectDefinition = z.strictObject({
  ...description,
  visibility: z.enum(["private", "public"]).optional().describe("public: anonymous may pull."),
  policies: policies.partial().optional().describe("off, warn (default) or enforce"),
  repositories: z.array(repositoryGlob).max(100).optional().describe("Globs over repository names that belong here, whatever their parts say."),
});
export const repositoryDefinition = z.strictObject({
  ...description,
  contentType: mediaType.optional().describe("Effective type of its tags. Without it, that of the first tag."),
});

export const grantDefinition = z.strictObject({
  subjects: z
    .array(z.string().regex(/^(?:anonymous|authenticated|user:.+|group:.+)$/, "expected anonymous, authenticated, user:<name> or group:<name>"))
    .min(1),
  repositories: repositoryGlob,
  actions: z.array(z.enum(["pull", "push", "delete", "admin"])).min(1),
});

export const typeDefinition = z.strictObject({
  type: text,
  rule: z.enum(["known", "allow", "deny"]).default("known").describe("known: describe it. allow, deny: a type, or a glob such as application/vnd.example.*"),
  title: z.string().max(200).optional(),
  icon: z.string().max(64).optional(),
  category: z.string().max(64).optional(),
  configMediaTypes: z.array(text).max(20).optional(),
  layerMediaTypes: z.array(text).max(20).optional(),
  consume: z.string().max(500).optional(),
  documentation: z.url().max(500).optional(),
});

/** Bytes of a catalog file, as YAML and as the JSON that is sent. */
export const CATALOG_FILE_LIMIT = 16 * 2 ** 20;

/** `catalog.yaml`: the registry's metadata under version control. */
export const catalogFile = z.strictObject({
  version: z.literal(1),
  namespaces: z.record(nameSegment, namespaceDefinition.extend({ projects: z.record(nameSegment, projectDefinition).optional() })).optional(),
  repositories: z.record(repositoryName, repositoryDefinition).optional(),
  grants: z.array(grantDefinition).max(1000).optional().describe("Beside those of the configuration. Absent: left alone."),
  types: z.array(typeDefinition).max(1000).optional(),
});
export type CatalogFile = z.infer<typeof catalogFile>;

export const applyBody = z.strictObject({
  catalog: catalogFile,
  prune: z.boolean().optional().describe("Remove declarations that the file does not have. Repositories keep their content."),
  dryRun: z.boolean().optional(),
});
const planStep = z.object({
  action: z.enum(["create", "change", "remove"]),
  kind: z.enum(["namespace", "project", "repository", "grants", "type"]),
  name: z.string(),
  changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
});
export const applied = z.object({ dryRun: z.boolean(), steps: z.array(planStep) });
export type PlanStep = z.infer<typeof planStep>;

export const deletedReply = z.object({ deleted: z.string() });

export const nodeList = z.object({
  nodes: z.array(
    z.object({
      id: z.string().describe("One for each start."),
      name: z.string().describe("Of its machine."),
      version: z.string(),
      schema: z.int().describe("Version of the schema that its program knows."),
      seen: time.describe("When it last said that it is there, which it does every 30 seconds."),
    }),
  ),
  differing: z.array(z.string()).describe("Settings that are not the same on all nodes that are there, e.g. access.grants."),
});
export type NodeList = z.infer<typeof nodeList>;

export const auditQuery = z.strictObject({
  ...paging,
  repository: repositoryName.optional(),
  subject: text.optional(),
  action: text.optional(),
  since: time.optional(),
});
export const auditList = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      at: time,
      subject: z.string(),
      remote: z.string().nullable(),
      action: z.string(),
      repository: z.string().nullable(),
      reference: z.string().nullable(),
      digest: z.string().nullable(),
      detail: z.unknown().optional(),
    }),
  ),
});
export type AuditList = z.infer<typeof auditList>;
