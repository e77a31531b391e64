import type { ContentStore } from "../storage/content-store.ts";
import { openDatabaseClock } from "../storage/database-clock.ts";
import { memoryStaging } from "../storage/memory/memory-staging.ts";
import type { Ports } from "../storage/metadata/store.ts";
import { checkBucket } from "../storage/s3/check-bucket.ts";
import { createS3Client, type S3ClientOptions } from "../storage/s3/client.ts";
import { S3Error } from "../storage/s3/error.ts";
import { openS3Store } from "../storage/s3/s3-store.ts";
import type { Config } from "./schema.ts";
import { SettingError, type SettingErrorKind } from "./setting-error.ts";

type ContentSettings = Config["storage"]["content"];

/** Bytes of small blobs that one machine keeps in memory. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Parts of uploads that one machine has in memory, as far as each process has four at least. */
const PARTS = 8;

export interface OpenBucketOptions {
  /** Looks first whether the account may do there what it takes. */
  readonly check: boolean;
  readonly processes?: number | undefined;
  /** Where the state of uploads is kept, and the clock that all processes share; undefined: both are this process's own. */
  readonly metadata?: Ports<"staging" | "coordination"> | undefined;
}

/**
 * Opens the content store of the bucket that the configuration names.
 * @throws SettingError when it cannot be reached or used
 */
export async function openBucket(content: ContentSettings, { check, processes = 1, metadata }: OpenBucketOptions): Promise<ContentStore> {
  const clock = metadata && (await openDatabaseClock(metadata.coordination));
  const now = clock?.now ?? Date.now;
  try {
    const client = await createS3Client({ ...bucketOptions(content), now });
    const prefix = keyPrefix(content);
    if (check) await checkBucket(client, prefix);
    const store = openS3Store({
      client,
      prefix,
      staging: metadata?.staging ?? memoryStaging(),
      now,
      partSize: content.partSize,
      memory: Math.max(4, Math.floor(PARTS / processes)) * content.partSize,
      redirectFrom: content.redirect === "on" ? content.redirectFrom : undefined,
      cacheBytes: Math.floor(CACHE_BYTES / processes),
    });
    return {
      ...store,
      async close() {
        clock?.stop();
        await store.close();
      },
    };
  } catch (error) {
    clock?.stop();
    throw asBucketError(error);
  }
}

/**
 * Looks whether the bucket that the configuration names can be used.
 * @throws SettingError
 */
export async function tryBucket(content: ContentSettings): Promise<void> {
  try {
    await checkBucket(await createS3Client(bucketOptions(content)), keyPrefix(content));
  } catch (error) {
    throw asBucketError(error);
  }
}

/** How the bucket of the s3 driver is reached. */
export function bucketOptions(content: ContentSettings, environment: Readonly<Record<string, string | undefined>> = process.env): S3ClientOptions {
  const { endpoint, bucket = "", pathStyle = endpoint !== undefined, publicEndpoint, accessKeyIdFile, secretAccessKeyFile } = content;
  const region = content.region ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION || "us-east-1");
  const credentials =
    accessKeyIdFile === undefined || secretAccessKeyFile === undefined ? undefined : { accessKeyId: accessKeyIdFile, secretAccessKey: secretAccessKeyFile };
  return { endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`, region, bucket, pathStyle, publicEndpoint, credentials };
}

/** What all keys begin with: empty, or with a slash at its end. */
export function keyPrefix({ prefix = "" }: ContentSettings): string {
  return prefix === "" ? "" : `${prefix}/`;
}

/** The setting that a refusal is about, by the code of S3 or of the client. */
const SETTINGS: Readonly<Record<string, readonly [setting: string, kind: SettingErrorKind]>> = {
  NoSuchBucket: ["bucket", "invalid"],
  InvalidBucketName: ["bucket", "invalid"],
  AccessDenied: ["bucket", "invalid"],
  AllAccessDisabled: ["bucket", "invalid"],
  NotConsistent: ["endpoint", "invalid"],
  Unreachable: ["endpoint", "network"],
  Silence: ["endpoint", "network"],
  PermanentRedirect: ["region", "invalid"],
  AuthorizationHeaderMalformed: ["region", "invalid"],
  IllegalLocationConstraintException: ["region", "invalid"],
  NoCredentials: ["accessKeyIdFile", "invalid"],
  InvalidAccessKeyId: ["accessKeyIdFile", "invalid"],
  SignatureDoesNotMatch: ["secretAccessKeyFile", "invalid"],
};

/** An error of opening the bucket, with the setting that names it. Other errors stay as they are. */
export function asBucketError(error: unknown): unknown {
  if (!(error instanceof S3Error)) return error;
  const { code, status, reason, message } = error;
  const [setting, kind] = SETTINGS[code] ?? (status === 403 ? (["bucket", "invalid"] as const) : ["endpoint", reason === "no-space" ? "general" : "network"]);
  return new SettingError(`storage.content.${setting}`, message, { kind, cause: error });
}
