import { z } from "zod";

/** Parts that several outputs share. */

export const reference = z.string().describe("host[:port]/name[:tag]@digest");
export const repository = z.string().describe("host[:port]/name");
export const digest = z.string().describe("sha256:<64 hex> or sha512:<128 hex>");
export const platform = z.string().describe("os/architecture[/variant]");
export const bytes = z.int().describe("bytes");
export const annotations = z.record(z.string(), z.string());

/** Content that is not what its digest says, or is not there. */
export const damaged = z.object({ problem: z.enum(["missing", "corrupt"]), kind: z.enum(["blob", "manifest"]), digest });

export const descriptor = z.object({
  mediaType: z.string(),
  digest: digest,
  size: z.int().describe("bytes"),
});

export const transfer = z.object({
  elements: z.int().describe("Manifests and blobs that the transfer was about."),
  bytes: z.int().describe("Bytes of them all."),
  transferredBytes: z.int().describe("Bytes that travelled."),
  presentBytes: z.int().describe("Bytes that were there already, or in the cache."),
  mountedBytes: z.int().describe("Bytes that the registry took over from another of its repositories."),
});

export const moduleName = z.string().describe("With its major: example.com/blog@v1.");
export const moduleVersion = z.object({ path: moduleName, version: z.string() });
