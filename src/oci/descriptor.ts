import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import { type Digest, isDigest } from "./digest.ts";

// mini has no messages of its own
z.config(en());

/** RFC 6838, section 4.2: type/subtype, each of at most 127 restricted characters. */
export const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

export const mediaTypeSchema = z.string().check(z.regex(MEDIA_TYPE, "expected a media type, type/subtype"));

const digestSchema = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), {
  error: "expected sha256:<64 hex> or sha512:<128 hex>",
});

export const annotationsSchema = z.record(z.string(), z.string());

export const platformSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  "os.version": z.optional(z.string()),
  "os.features": z.nullish(z.array(z.string())),
  variant: z.optional(z.string()),
});

export type Platform = z.infer<typeof platformSchema>;

/** image-spec, descriptor.md. Unknown fields are allowed and kept ("custom fields"). `size` in bytes. */
export const descriptorSchema = z.looseObject({
  mediaType: mediaTypeSchema,
  digest: digestSchema,
  size: z.int().check(z.nonnegative()),
  urls: z.nullish(z.array(z.string())),
  annotations: z.nullish(annotationsSchema),
  data: z.optional(z.base64()),
  artifactType: z.optional(z.union([mediaTypeSchema, z.literal("")])),
  platform: z.nullish(platformSchema),
});

export type Descriptor = z.infer<typeof descriptorSchema>;
