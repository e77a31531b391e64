import { z } from "zod";
import { type Digest, isDigest } from "./digest.ts";

/** RFC 6838, section 4.2: type/subtype, each of at most 127 restricted characters. */
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

export const mediaTypeSchema = z.string().regex(MEDIA_TYPE, "expected a media type, type/subtype");

export const digestSchema = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), {
  error: "expected sha256:<64 hex> or sha512:<128 hex>",
});

export const annotationsSchema = z.record(z.string(), z.string());

export const platformSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  "os.version": z.string().optional(),
  "os.features": z.array(z.string()).nullish(),
  variant: z.string().optional(),
});

export type Platform = z.infer<typeof platformSchema>;

/** image-spec, descriptor.md. Unknown fields are allowed and kept ("custom fields"). `size` in bytes. */
export const descriptorSchema = z.looseObject({
  mediaType: mediaTypeSchema,
  digest: digestSchema,
  size: z.int().nonnegative(),
  urls: z.array(z.string()).nullish(),
  annotations: annotationsSchema.nullish(),
  data: z.base64().optional(),
  artifactType: z.union([mediaTypeSchema, z.literal("")]).optional(),
  platform: platformSchema.nullish(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;
