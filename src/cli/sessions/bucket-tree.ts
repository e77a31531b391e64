import { ClientError, type ClientErrorKind } from "../../client/client-error.ts";
import type { FileTree } from "../../client/import/storage/file-tree.ts";
import { createS3Client } from "../../storage/s3/client.ts";
import { S3Error } from "../../storage/s3/error.ts";
import type { BucketLocation } from "../arguments/import-source.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** How the bucket of an import is reached. */
export interface BucketOptions {
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
  readonly s3HostStyle?: boolean;
}

/** The objects of a bucket as files. Nothing is asked before it is needed. @throws CliError `invalid` for an address that is none */
export async function openBucketTree({ bucket, prefix }: BucketLocation, { s3Endpoint, s3Region, s3HostStyle }: BucketOptions): Promise<FileTree> {
  if (s3Endpoint !== undefined && !isServiceAddress(s3Endpoint)) {
    throw new CliError(EXIT.invalid, "--s3-endpoint: expected http:// or https:// and a host, without user, path and query");
  }
  const region = s3Region ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || "us-east-1");
  const endpoint = s3Endpoint ?? `https://s3.${region}.amazonaws.com`;
  const client = await createS3Client({ endpoint, region, bucket, pathStyle: s3Endpoint !== undefined && s3HostStyle !== true });
  const key = (path: string) => [prefix, path].filter((part) => part !== "").join("/");
  const folderKey = (path: string) => (key(path) === "" ? "" : `${key(path)}/`);
  return {
    name: `s3://${key("") === "" ? bucket : `${bucket}/${prefix}`}`,
    async *list(folder, { signal } = {}) {
      for await (const { name, isFolder } of told(client.listFolder(folderKey(folder)))) {
        signal?.throwIfAborted();
        if (name !== "") yield { name, kind: isFolder ? "folder" : "file" };
      }
    },
    async *files(folder, { signal } = {}) {
      const start = folderKey(folder);
      for await (const { key: full, size } of told(client.list(start))) {
        signal?.throwIfAborted();
        yield { path: full.slice(start.length), size };
      }
    },
    async size(file) {
      try {
        return (await client.head(key(file)))?.size;
      } catch (error) {
        throw clientError(error);
      }
    },
    async *open(file, { signal } = {}) {
      yield* told(bytesOf(file, signal));
    },
  };

  async function* bytesOf(file: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const object = await client.get(key(file), { signal });
    if (object === undefined) throw new ClientError("not-found", `cannot read s3://${bucket}/${key(file)}: there is no such object`);
    yield* object.body;
  }
}

function isServiceAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.pathname === "/" && url.search === "";
}

/** Passes things on, with errors that say what they are for an import. */
async function* told<T>(things: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* things;
  } catch (error) {
    throw clientError(error);
  }
}

function clientError(error: unknown): unknown {
  return error instanceof S3Error ? new ClientError(kindOf(error), inOwnWords(error.message), { cause: error, code: error.code }) : error;
}

function kindOf({ code, status }: S3Error): ClientErrorKind {
  if (code === "NoSuchBucket") return "not-found";
  return status === 401 || status === 403 || code === "NoCredentials" ? "permission" : "network";
}

/** The client speaks of the settings of a server. */
function inOwnWords(message: string): string {
  return message
    .replaceAll(/storage\.content\.(endpoint|region)/g, "--s3-$1")
    .replaceAll("storage.content.bucket", "its name")
    .replaceAll(", a role, or storage.content.accessKeyIdFile and secretAccessKeyFile", ", or a role");
}
