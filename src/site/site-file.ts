import { z } from "zod";
import { type Digest, isDigest } from "../oci/digest.ts";

/** A file of a site, as its record has it. */
export const siteFile = z.strictObject({
  /** Below the folder, with `/` between its parts: the path of its URL. */
  path: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Of its bytes. */
  digest: z.custom<Digest>((value) => typeof value === "string" && isDigest(value)),
  /** What a host must say it is. */
  type: z.string(),
});

export type SiteFile = z.infer<typeof siteFile>;

/** Media types of what is no manifest. */
export const JSON_TYPE = "application/json";
export const BLOB_TYPE = "application/octet-stream";
export const PAGE_TYPE = "text/html; charset=utf-8";
export const TEXT_TYPE = "text/plain; charset=utf-8";
