import { type Digest, isDigest } from "./digest.ts";
import { count, fields, list, matching, nullish, optional, record, type Shape, type Shaped, tested, text } from "./shape.ts";

/** RFC 6838, section 4.2: type/subtype, each of at most 127 restricted characters. */
export const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

const EXPECTED_TYPE = "expected a media type, type/subtype";

const mediaTypeShape = matching(MEDIA_TYPE, EXPECTED_TYPE);

/** The type of an artifact: empty text says that there is none, as some tools write it. */
export const artifactTypeShape: Shape<string | undefined> = optional(
  tested<string>((value) => value === "" || (typeof value === "string" && MEDIA_TYPE.test(value)), EXPECTED_TYPE),
);

const digestShape = tested<Digest>((value) => typeof value === "string" && isDigest(value), "expected sha256:<64 hex> or sha512:<128 hex>");

export const annotationsShape: Shape<Record<string, string>> = record(text);

export const platformShape = fields({
  architecture: text,
  os: text,
  "os.version": optional(text),
  "os.features": nullish(list(text)),
  variant: optional(text),
});

export type Platform = Shaped<typeof platformShape>;

/** RFC 4648, section 4, with padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** image-spec, descriptor.md. Unknown fields are allowed and kept ("custom fields"). `size` in bytes. */
export const descriptorShape = fields({
  mediaType: mediaTypeShape,
  digest: digestShape,
  size: count,
  urls: nullish(list(text)),
  annotations: nullish(annotationsShape),
  data: optional(matching(BASE64, "expected Base64")),
  artifactType: artifactTypeShape,
  platform: nullish(platformShape),
});

export type Descriptor = Shaped<typeof descriptorShape>;
