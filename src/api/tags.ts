import { z } from "zod";
import { TAG_RULES } from "../oci/tag-class.ts";
import { descriptor, digest, packageFilter, paging, platformText, reference, repositoryName, tagClass, tagName, time } from "./common.ts";

const TAG_SORTS = ["name", "-name", "updated", "-updated", "pulls", "-pulls", "semver", "-semver"] as const;

const { type, platform, annotation, label, signed, referrer, since, until, class: tagClasses } = packageFilter;

export const tagDocument = z.object({
  tag: tagName,
  class: tagClass,
  rule: z.enum(TAG_RULES).describe("The rule that decided on the class."),
  version: z.string().nullable().describe("SemVer, of class semver only."),
  prerelease: z.boolean(),
  immutable: z.boolean().describe("A version: it should never move."),
  overwrite: z.enum(["allowed", "warned", "refused"]).describe("What pushing other content to this tag comes to."),
  resolvesTo: tagName.nullable().describe("Of a floating tag: the version it stands for."),
  moves: z.int(),
  descriptor: descriptor,
  contentType: z.string().nullable(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  platforms: z.array(z.string()),
  referrers: z.record(z.string(), z.int()).describe("How many there are of each type."),
  signed: z.boolean(),
  pushed: time,
  updated: time,
  pulled: time.nullable(),
  pulls: z.int(),
  pushedBy: z.string(),
  problem: z.string().nullable().describe("Why the artifact is not what its type says."),
});
export type TagDocument = z.infer<typeof tagDocument>;

const tagFilter = {
  class: tagClasses,
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z0-9._*-]+$/, "expected a glob over tags")
    .optional()
    .describe("Glob: * stands for any characters."),
  type,
  platform,
  annotation,
  label,
  signed,
  referrer,
  since,
  until,
};

export const listTagsQuery = z.strictObject({ ...tagFilter, ...paging, sort: z.enum(TAG_SORTS).optional() });
export const tagList = z.object({ name: repositoryName, tags: z.array(tagDocument) });
export type TagList = z.infer<typeof tagList>;

const range = z.string().min(1).max(256).describe("Range as npm, Helm and Cargo write it, e.g. ^1.2");
const prerelease = z.boolean().optional().describe("Let pre-releases in, also where the range names none.");

const { class: _class, ...versionFilter } = tagFilter;
export const listVersionsQuery = z.strictObject({
  ...versionFilter,
  ...paging,
  range: range.optional(),
  prerelease,
  order: z.enum(["desc", "asc"]).optional(),
});
/** Floating tags are apart from versions, each with the one it stands for. */
export const versionList = z.object({
  name: repositoryName,
  versions: z.array(tagDocument),
  floating: z.record(z.string(), tagName.nullable()).describe("Floating tags and the versions they stand for (at most 100)."),
});
export type VersionList = z.infer<typeof versionList>;

export const resolveQuery = z.strictObject({
  range: range.optional(),
  tag: tagName.optional(),
  platform: platformText.optional(),
  prerelease,
  type,
});
export const resolution = z.object({
  name: repositoryName,
  tag: tagName,
  version: z.string().nullable(),
  descriptor: descriptor.describe("What the tag points to."),
  platform: descriptor.nullable().describe("The manifest for the platform that was asked for."),
  contentType: z.string().nullable(),
});
export type Resolution = z.infer<typeof resolution>;

export const historyQuery = z.strictObject({ ...paging, tag: tagName.optional() });
const tagEvent = z.object({
  id: z.int(),
  tag: tagName,
  op: z.enum(["create", "move", "delete", "restore"]),
  digest: digest.nullable().describe("What the tag points to since then."),
  previous: digest.nullable(),
  actor: z.string(),
  at: time,
  present: z.boolean().describe("The content that it pointed to is still there, or can be restored."),
});
export const history = z.object({ name: repositoryName, tag: tagName.nullable(), events: z.array(tagEvent) });
export type History = z.infer<typeof history>;

export const restoreBody = z.strictObject({ tag: tagName, digest: digest.optional().describe("Without it: what the tag pointed to before its last change.") });
export const restored = z.object({ name: repositoryName, tag: tagName, digest: digest, changed: z.boolean() });

export const putTagBody = z.strictObject({ tag: tagName, to: reference });
export const tagPut = z.object({ name: repositoryName, tag: tagName, digest: digest });

/** Bytes: a manifest as large as most registries take, as a text in JSON. */
export const CHECK_LIMIT = 12 * 2 ** 20;
export const checkPushBody = z.strictObject({
  tags: z.array(tagName).max(100),
  mediaType: z.string().max(255).describe("As the Content-Type of the push."),
  manifest: z.string().describe("The document, byte for byte."),
});
export const pushCheck = z.object({
  name: repositoryName,
  missing: z.array(digest).describe("What the manifest needs and the repository does not have."),
  warnings: z.array(z.string()).describe("What the policies will warn of."),
});

export const pruneBody = z.strictObject({
  keepLast: z.int().min(0).max(100_000).optional().describe("Versions kept by their order, other tags by their time, counted by class."),
  olderThan: z.int().min(0).optional().describe("Seconds since the tag was changed."),
  classes: z.array(tagClass).min(1).optional().describe("Without it: semver."),
  name: tagFilter.name,
  dryRun: z.boolean().optional(),
});
export const pruned = z.object({
  name: repositoryName,
  dryRun: z.boolean(),
  removed: z.array(z.object({ tag: tagName, class: tagClass, digest: digest, updated: time, reason: z.string() })),
  kept: z.array(z.object({ tag: tagName, reason: z.string() })).describe("Old ones that stay, and why (at most 1000)."),
  more: z.boolean().describe("There is more than one request removes: ask again."),
});

/** A config or a layer. */
const part = z.object({ mediaType: z.string(), digest: digest, size: z.int().nonnegative() });

export const manifestInfoQuery = z.strictObject({ reference });
export const manifestInfo = z.object({
  name: repositoryName,
  descriptor: descriptor,
  contentType: z.string().nullable(),
  typeTitle: z.string().nullable(),
  consume: z.string().nullable().describe("The command that uses it."),
  tags: z.array(tagName),
  subject: digest.nullable(),
  annotations: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  title: z.string().nullable(),
  description: z.string().nullable(),
  platforms: z.array(z.string()),
  size: z.int().nullable().describe("Bytes of configs and layers, each once, of an index those of all its manifests; null: not known."),
  config: part.nullable(),
  layers: z.array(part).describe("The first 200; none of an index."),
  layerCount: z.int(),
  image: z
    .object({
      created: z.string().nullable(),
      entrypoint: z.array(z.string()),
      command: z.array(z.string()),
      user: z.string().nullable(),
      workingDirectory: z.string().nullable(),
      environment: z.array(z.string()),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
    })
    .nullable()
    .describe("What the config of an image says of running it."),
  referrers: z.record(z.string(), z.int()),
  signed: z.boolean(),
  pushed: time,
  pushedBy: z.string(),
  problem: z.string().nullable(),
});
export type ManifestInfo = z.infer<typeof manifestInfo>;
