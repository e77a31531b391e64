import { z } from "zod";
import { filePath } from "./file-path.ts";
import { formatSize, sizeSchema } from "./units.ts";

/** S3 takes so many parts of an upload, and none but the last that is smaller. */
const MOST_PARTS = 10_000;
const SMALLEST_PART = 5 * 2 ** 20;

/** Parts are held in memory, some at once. */
const LARGEST_PART = 512 * 2 ** 20;

/** What only the s3 driver takes, as far as it has no default. */
const OF_S3 = ["endpoint", "region", "bucket", "prefix", "pathStyle", "publicEndpoint", "accessKeyIdFile", "secretAccessKeyFile"] as const;

const serviceUrl = z.string().refine(isServiceUrl, "expected http:// or https://, a host and perhaps a port, without user and query");

/** `storage.content`: where the bytes of blobs lie. */
export const contentSchema = z
  .strictObject({
    driver: z.enum(["filesystem", "memory", "s3"]).default("filesystem").describe("Where the bytes of blobs lie. s3: a bucket of any S3-compatible service."),
    path: filePath.optional().describe("Folder of the filesystem driver. Default: `content` in the data folder."),
    bucket: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/, "expected the name of a bucket, 3 to 63 letters, digits, dots and hyphens")
      .optional()
      .describe("Bucket of the s3 driver. It is not made."),
    endpoint: serviceUrl.optional().describe("URL of the S3 service, without the bucket. Default: that of Amazon in the region."),
    region: z
      .string()
      .regex(/^[\w-]{1,64}$/, "expected the name of a region, e.g. eu-central-1")
      .optional()
      .describe("Region of the bucket. Default: AWS_REGION, else us-east-1, which is right for most services that have no regions."),
    prefix: z
      .string()
      .max(256)
      .regex(/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/, "expected names of letters, digits, dots, hyphens and underscores, with slashes between them")
      .optional()
      .describe("What all keys begin with, so that a bucket may have other content beside this registry's. A slash follows it."),
    pathStyle: z
      .boolean()
      .optional()
      .describe("Whether the bucket is the first part of the path (true) or of the host's name (false). Default: true where endpoint is set."),
    accessKeyIdFile: filePath
      .optional()
      .describe("File with the access key id. Default: environment, profile, web identity, container or instance, as AWS' programs do."),
    secretAccessKeyFile: filePath.optional().describe("File with the secret access key. Both are read again after a minute, so that they may be changed."),
    partSize: sizeSchema
      .prefault("16MiB")
      .describe(
        "Blobs of up to this size are stored by one request, larger ones in parts of it: from 5MiB to 512MiB, and at least a 10,000th of limits.blobSize.",
      ),
    redirect: z
      .enum(["off", "on"])
      .default("off")
      .describe("on: GET of a large blob is answered with a redirect to a presigned URL of the bucket, which clients must be able to reach."),
    redirectFrom: sizeSchema.prefault("1MiB").describe("Size from which blobs are redirected. Smaller ones are sent by the registry."),
    publicEndpoint: serviceUrl.optional().describe("URL of the S3 service for those that are redirected, where it is another one than endpoint."),
  })
  .check(({ value, issues }) => {
    const refuse = (key: string, message: string): unknown => issues.push({ code: "custom", message, input: value, path: [key] });
    if (value.driver === "s3") {
      if (value.bucket === undefined) refuse("bucket", "is required with driver s3");
      if (value.path !== undefined) refuse("path", "is for the filesystem driver; in a bucket, use prefix");
      if (value.partSize < SMALLEST_PART || value.partSize > LARGEST_PART) {
        refuse("partSize", `expected ${formatSize(SMALLEST_PART)} to ${formatSize(LARGEST_PART)}`);
      }
      const missing = value.accessKeyIdFile === undefined ? "accessKeyIdFile" : "secretAccessKeyFile";
      if ((value.accessKeyIdFile === undefined) !== (value.secretAccessKeyFile === undefined)) {
        refuse(missing, "is required beside the file of the other key");
      }
    } else {
      for (const key of OF_S3) if (value[key] !== undefined) refuse(key, `is for driver s3, and driver is ${value.driver}`);
      if (value.redirect === "on") refuse("redirect", `is for driver s3, and driver is ${value.driver}`);
    }
  })
  .prefault({})
  .describe("The content store: bytes by digest.");

/** Why blobs of the size that is accepted could not be stored in parts of this size; undefined when they can. */
export function partSizeProblem({ driver, partSize }: z.infer<typeof contentSchema>, blobSize: number): string | undefined {
  if (driver !== "s3" || partSize * MOST_PARTS >= blobSize) return undefined;
  return `${MOST_PARTS} parts of ${formatSize(partSize)} are less than limits.blobSize, ${formatSize(blobSize)}: raise partSize, or lower limits.blobSize`;
}

function isServiceUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}
