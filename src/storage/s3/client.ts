import { createHash } from "node:crypto";
import type { ByteRange } from "../content-store.ts";
import type { Millis } from "../metadata/records.ts";
import { type Answer, TIME_LIMITS, type TimeLimits } from "./attempt.ts";
import { type CredentialFiles, openCredentials } from "./credentials.ts";
import { S3Error } from "./error.ts";
import { type ListedEntry, type ListedObject, type ListedPart, type ListedUpload, listFolder, listObjects, listParts, listUploads } from "./lists.ts";
import { objectBody, type Rest } from "./object-body.ts";
import { type Call, createSend, errorElement, type S3Operation } from "./send.ts";
import { createSigner, type Place } from "./signer.ts";
import { readXml, writeXml } from "./xml.ts";

export interface S3ClientOptions {
  /** `https://s3.example.org`, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** The bucket as the first part of the path; else it is the first part of the host's name. */
  readonly pathStyle: boolean;
  /** Where URLs for others lead, when it is not the endpoint. */
  readonly publicEndpoint?: string | undefined;
  /** Default: found as AWS' own programs do. */
  readonly credentials?: CredentialFiles | undefined;
  /** The time that requests are signed at, Unix milliseconds. */
  readonly now?: (() => Millis) | undefined;
  /** Told of each request, again for each further attempt. */
  readonly requested?: ((operation: S3Operation) => void) | undefined;
  readonly limits?: TimeLimits | undefined;
}

export interface PutOptions {
  /** sha256 of the body as hex digits, where it is known: the service compares it, and nothing is hashed for it again. */
  readonly sha256?: string | undefined;
  /** `x-amz-meta-…` without that prefix. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions {
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface S3Head {
  /** Bytes of the whole object. */
  readonly size: number;
  readonly etag: string | undefined;
  /** Unix milliseconds. */
  readonly modifiedAt: Millis;
  /** What `PutOptions.metadata` gave. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface S3Object extends S3Head {
  /** The bytes that were asked for. Where the connection breaks, reading goes on by itself. */
  readonly body: ReadableStream<Uint8Array>;
}

export interface Multipart {
  readonly key: string;
  readonly uploadId: string;
}

export interface Part {
  /** From 1 to 10,000. */
  readonly number: number;
  readonly etag: string;
}

export interface PresignOptions {
  /** How long the URL is valid. */
  readonly seconds: number;
  /** The Content-Type that the service is to answer with. */
  readonly contentType?: string | undefined;
}

/**
 * What this program asks of an S3 service, in one bucket; `createS3Client` makes it. Everything that may pass is tried again, within limits.
 * @throws S3Error, ContentStoreError's `no-space` or `unavailable`, with one line that says what to do
 */
export interface S3Client {
  /** Stores an object. A key that is there is overwritten: keys are not to be used twice. */
  put(key: string, body: Uint8Array<ArrayBuffer>, options?: PutOptions): Promise<void>;
  /** undefined when there is no such object. */
  get(key: string, options?: GetOptions): Promise<S3Object | undefined>;
  /** undefined when there is no such object. */
  head(key: string): Promise<S3Head | undefined>;
  /** Deletes an object; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Deletes objects, a thousand with a request. */
  deleteObjects(keys: readonly string[]): Promise<void>;
  /** The objects whose keys begin with `prefix`, by key. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** What lies directly below a prefix, which is empty or ends in `/`. */
  listFolder(prefix: string): AsyncIterable<ListedEntry>;
  /** Begins an upload in parts, and returns its id. */
  createMultipart(key: string, options?: Pick<PutOptions, "metadata">): Promise<string>;
  /** Sends a part, all but the last of at least 5 MiB, and returns its ETag. */
  uploadPart(upload: Multipart, number: number, body: Uint8Array<ArrayBuffer>, options?: Pick<PutOptions, "sha256" | "signal">): Promise<string>;
  /** Makes an object of the parts. Success as well when the upload was completed before, be it by a request whose answer was lost. */
  completeMultipart(upload: Multipart, parts: readonly Part[]): Promise<void>;
  /** Discards the parts; an upload that is not there is no error. */
  abortMultipart(upload: Multipart): Promise<void>;
  /** The uploads in parts that are neither completed nor aborted, of keys that begin with `prefix`. */
  listMultipartUploads(prefix: string): AsyncIterable<ListedUpload>;
  /** The parts of an upload, by number; none when there is no such upload. */
  listParts(upload: Multipart): AsyncIterable<ListedPart>;
  /** A URL under which anybody may read an object until `until`. It outlives a right that is taken away, as long as the object is there. */
  presignGet(key: string, options: PresignOptions): Promise<{ readonly url: string; readonly until: Millis }>;
}

/** Objects that one request deletes at most. */
const DELETED_AT_ONCE = 1000;

/** Milliseconds that putting an object together may take for each of its parts, before the first byte of an answer. */
const PATIENCE_A_PART = 500;

/** Makes the client of one bucket. Asks for credentials, not for the bucket. */
export async function createS3Client(options: S3ClientOptions): Promise<S3Client> {
  const { bucket, pathStyle, region, requested, now = Date.now, limits = TIME_LIMITS } = options;
  const place: Place = { endpoint: new URL(options.endpoint), bucket, pathStyle };
  const publicPlace: Place = { ...place, endpoint: new URL(options.publicEndpoint ?? options.endpoint) };
  const credentials = await openCredentials(options.credentials);
  const signer = createSigner(region, credentials, now);
  const send = createSend({ place, region, signer, credentials, limits, now, requested });
  const drop = (call: Call): Promise<void> => send(call, async (answer) => void (await answer.text()));
  const ask = (call: Call) => send(call, async (answer) => xmlOf(await answer.text(), call.operation));

  const head = (key: string): Promise<S3Head | undefined> =>
    unlessAbsent(() =>
      send({ operation: "HeadObject", method: "HEAD", key }, async (answer) => {
        answer.dismiss();
        return headOf(answer);
      }),
    );

  return {
    async put(key, body, { sha256, metadata, signal } = {}) {
      await drop({ operation: "PutObject", method: "PUT", key, body, sha256, headers: metadataHeaders(metadata), signal });
    },
    get: (key, { range, signal } = {}) =>
      unlessAbsent(async () => {
        const request = (rest?: Partial<Rest>): Promise<Answer> =>
          send({ operation: "GetObject", method: "GET", key, headers: restHeaders(rest), signal }, async (answer) => {
            if (rest?.range === undefined || answer.status === 206) return answer;
            answer.dismiss();
            throw new S3Error("S3 answered a part of an object with all of it", { code: "RangeIgnored" });
          });
        const answer = await request({ range });
        const whole = headOf(answer);
        const got = { start: range?.start ?? 0, end: Math.min(range?.end ?? Number.POSITIVE_INFINITY, whole.size - 1) };
        return { ...whole, body: objectBody(answer, { range: got, etag: whole.etag }, request) };
      }),
    head,
    async delete(key) {
      await unlessAbsent(() => drop({ operation: "DeleteObject", method: "DELETE", key }));
    },
    async deleteObjects(keys) {
      for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) await deleteSome(keys.slice(from, from + DELETED_AT_ONCE));
    },
    list: (prefix) => listObjects(ask, prefix),
    listFolder: (prefix) => listFolder(ask, prefix),
    async createMultipart(key, { metadata } = {}) {
      const call: Call = { operation: "CreateMultipartUpload", method: "POST", key, query: { uploads: "" }, headers: metadataHeaders(metadata) };
      return needed((await ask(call)).text("UploadId"), "an upload id");
    },
    async uploadPart({ key, uploadId }, number, body, { sha256, signal } = {}) {
      const call: Call = { operation: "UploadPart", method: "PUT", key, query: { partNumber: String(number), uploadId }, body, sha256, signal };
      return send(call, async (answer) => {
        await answer.text();
        return needed(answer.headers.get("etag"), "an ETag");
      });
    },
    async completeMultipart({ key, uploadId }, parts) {
      const list = parts.map(({ number, etag }) =>
        writeXml("Part", [
          ["PartNumber", number],
          ["ETag", etag],
        ]),
      );
      const body = new TextEncoder().encode(writeXml("CompleteMultipartUpload", list.join("")));
      const patience = parts.length * PATIENCE_A_PART;
      try {
        await ask({ operation: "CompleteMultipartUpload", method: "POST", key, query: { uploadId }, body, patience });
      } catch (error) {
        // Completed by a request whose answer was lost: keys are not used twice, so what is there is that.
        if (!isAbsent(error) || (await head(key)) === undefined) throw error;
      }
    },
    async abortMultipart({ key, uploadId }) {
      await unlessAbsent(() => drop({ operation: "AbortMultipartUpload", method: "DELETE", key, query: { uploadId } }));
    },
    listMultipartUploads: (prefix) => listUploads(ask, prefix),
    async *listParts(upload) {
      try {
        yield* listParts(ask, upload);
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
    presignGet: (key, { seconds, contentType }) =>
      signer.presign(
        { method: "GET", place: publicPlace, key, ...(contentType !== undefined && { query: { "response-content-type": contentType } }) },
        seconds,
      ),
  };

  async function deleteSome(keys: readonly string[]): Promise<void> {
    const objects = keys.map((key) => writeXml("Object", [["Key", key]])).join("");
    const body = new TextEncoder().encode(writeXml("Delete", `${objects}<Quiet>true</Quiet>`));
    const headers = { "content-md5": createHash("md5").update(body).digest("base64") };
    const answer = await ask({ operation: "DeleteObjects", method: "POST", query: { delete: "" }, headers, body });
    const [failed] = answer.all("Error").filter((error) => error.text("Code") !== "NoSuchKey");
    if (failed === undefined) return;
    const code = failed.text("Code") ?? "unknown";
    throw new S3Error(`S3 deleted not all of ${keys.length} objects: ${code} (${failed.text("Message") ?? ""}) for '${failed.text("Key")}'`, { code });
  }
}

/** A success may hold an error nevertheless, where the answer was begun before the work was done. */
function xmlOf(text: string, operation: S3Operation) {
  const error = errorElement(text);
  if (error !== undefined) {
    const code = error.text("Code") ?? "unknown";
    throw new S3Error(`S3 refused ${operation} after all: ${code} (${error.text("Message") ?? ""})`, { code, passing: code !== "NoSuchUpload" });
  }
  try {
    return readXml(text);
  } catch (cause) {
    throw new S3Error(`S3 answered ${operation} with what is no XML`, { code: "NoXml", passing: true, cause });
  }
}

function metadataHeaders(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
}

function restHeaders({ range, etag }: Partial<Rest> = {}): Record<string, string> {
  return { ...(range !== undefined && { range: `bytes=${range.start}-${range.end}` }), ...(etag !== undefined && { "if-match": etag }) };
}

function headOf({ headers }: Answer): S3Head {
  const metadata = [...headers].filter(([name]) => name.startsWith("x-amz-meta-")).map(([name, value]) => [name.slice("x-amz-meta-".length), value]);
  // `bytes 0-99/1234` of a part tells the whole.
  const size = Number(headers.get("content-range")?.split("/")[1] ?? needed(headers.get("content-length"), "a Content-Length"));
  if (!Number.isSafeInteger(size)) throw new S3Error("S3 answered without the size of an object", { code: "NoSize" });
  return { size, etag: headers.get("etag") ?? undefined, modifiedAt: Date.parse(headers.get("last-modified") ?? ""), metadata: Object.fromEntries(metadata) };
}

function needed(value: string | null | undefined, what: string): string {
  if (value === null || value === undefined || value === "") throw new S3Error(`S3 answered without ${what}`, { code: "AnswerIncomplete", passing: true });
  return value;
}

/** There is no such object or upload; a bucket that is not there is another thing. */
function isAbsent(error: unknown): boolean {
  return error instanceof S3Error && error.status === 404 && error.code !== "NoSuchBucket";
}

async function unlessAbsent<T>(asking: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asking();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
