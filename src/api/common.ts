import { z } from "zod";
import { MEDIA_TYPE } from "../oci/descriptor.ts";
import { DIGEST, type Digest } from "../oci/digest.ts";
import { ERROR_CODES } from "../oci/error-codes.ts";
import { NAME_LIMIT, REPOSITORY_NAME } from "../oci/name.ts";
import { PLATFORM_TEXT } from "../oci/platform.ts";
import { TAG_NAME } from "../oci/tag.ts";
import { POLICY_LEVELS, TAG_CLASSES } from "../oci/tag-class.ts";

/** Shapes that several operations of the package API share. Times are RFC 3339 in UTC, sizes bytes. */

export const LIMITS = {
  /** Rows of a page: by default, and at most. */
  page: 100,
  pageMost: 1000,
  /** Characters of a parameter. */
  text: 512,
  /** Values of a parameter that may be repeated. */
  repeated: 20,
} as const;

export const text = z.string().min(1).max(LIMITS.text);
export const time = z.iso.datetime({ offset: true }).describe("RFC 3339");
// A regular expression, as JSON Schema has no custom checks; what it lets through is a digest.
export const digest = z.string().regex(DIGEST, "expected sha256:<64 hex> or sha512:<128 hex>") as unknown as z.ZodType<Digest, string>;
export const mediaType = z.string().regex(MEDIA_TYPE, "expected a media type, type/subtype");
export const repositoryName = z.string().max(NAME_LIMIT).regex(REPOSITORY_NAME, "expected a repository name");
export const tagName = z.string().regex(TAG_NAME, "expected a tag");
/** A namespace or project: one part of a repository name, or `_`. */
export const nameSegment = z
  .string()
  .max(128)
  .regex(/^(?:_|[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)$/, "expected lower-case letters, digits and single separators . _ __ -");
export const platformText = z
  .string()
  .regex(PLATFORM_TEXT, "expected os/architecture or os/architecture/variant")
  .describe("os/architecture[/variant], also by other names of the architecture: x86_64, aarch64, armhf");
export const tagClass = z.enum(TAG_CLASSES);
const policyLevel = z.enum(POLICY_LEVELS);
export const reference = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})$/, "expected a tag or a digest")
  .describe("Tag or digest");

export const policies = z.strictObject({
  types: policyLevel.describe("Tags of one repository have one content type; the image config type is for images only."),
  versions: policyLevel.describe("Tags that are versions are immutable."),
  dependents: policyLevel.describe("What others depend on is not deleted."),
});

export const labels = z.record(z.string().min(1).max(128), z.string().max(1024));
export const owner = z.string().regex(/^(?:user|group):[\x21-\x7e]{1,128}$/, "expected user:<name> or group:<name>");

export const descriptor = z.object({
  mediaType: z.string(),
  digest: digest,
  size: z.int().nonnegative(),
  artifactType: z.string().nullish(),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});

/** One or several values of a parameter. */
function repeatable<T extends z.ZodType>(value: T) {
  return z.array(value).max(LIMITS.repeated).optional();
}

/** The parameters of every list. `cursor` comes from the `Link` header of the page before, and from nowhere else. */
export const paging = {
  n: z.int().min(1).max(LIMITS.pageMost).optional().describe(`Rows of a page; ${LIMITS.page} without it.`),
  cursor: z.string().min(1).max(2048).optional().describe("From the Link header of the page before."),
};

/** The parameters that filter lists of packages. All must hold; of a repeated one any, but every annotation, label and referrer. */
export const packageFilter = {
  namespace: nameSegment.optional(),
  project: nameSegment.optional().describe("Name of a project; with namespace, of that one only."),
  name: z
    .string()
    .min(1)
    .max(NAME_LIMIT)
    .regex(/^[a-z0-9._\-/*]+$/, "expected a glob over repository names")
    .optional()
    .describe("Glob (* within a part, ** across), or a part of the name."),
  type: repeatable(text).describe("Effective type: artifactType, else the config's media type; of an index its own or its children's."),
  artifactType: repeatable(text),
  configMediaType: repeatable(text),
  mediaType: repeatable(text).describe("Media type of manifests."),
  platform: repeatable(platformText),
  class: repeatable(tagClass).describe("Has a tag of this class."),
  annotation: repeatable(text).describe("key or key=value; repeated: all of them."),
  label: repeatable(text).describe("key or key=value of image labels and of the repository; repeated: all of them."),
  signed: z.boolean().optional(),
  referrer: repeatable(text).describe("Has a referrer of this artifact type; repeated: of all of them."),
  since: time.optional().describe("Changed at this time or later."),
  until: time.optional().describe("Changed before this time."),
  q: z.string().min(1).max(200).optional().describe("Words; the last one may be the start of one."),
};

export const errorReply = z.object({
  errors: z.array(z.object({ code: z.enum(ERROR_CODES), message: z.string(), detail: z.unknown().optional() })).min(1),
});
