import { createHash } from "node:crypto";
import type { Millis } from "../metadata/records.ts";
import { type Answer, attempt, type TimeLimits } from "./attempt.ts";
import type { CredentialSource } from "./credentials.ts";
import { refusal, S3Error, STALE_CREDENTIALS } from "./error.ts";
import { type Place, type Signer, UNSIGNED } from "./signer.ts";
import { readXml, type Xml } from "./xml.ts";

/** The requests that are made, as S3 calls them. */
export type S3Operation =
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "DeleteObject"
  | "DeleteObjects"
  | "ListObjects"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload"
  | "ListMultipartUploads"
  | "ListParts";

export interface Call {
  readonly operation: S3Operation;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** At hand as a whole, so that it can be sent again. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  /** The sha256 of the body as hex digits, if known: the service compares it. */
  readonly sha256?: string | undefined;
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends calls until one is answered by a success, whose answer `take` makes something of: what it throws counts as a failure of the attempt. */
export type Send = <T>(call: Call, take: (answer: Answer) => Promise<T>) => Promise<T>;

export interface SendOptions {
  readonly place: Place;
  readonly region: string;
  readonly signer: Signer;
  readonly credentials: CredentialSource;
  readonly limits: TimeLimits;
  readonly now: () => Millis;
  /** Told of each attempt. */
  readonly requested?: ((operation: S3Operation) => void) | undefined;
}

const ATTEMPTS = 8;

/** Milliseconds since the first attempt after which none begins any more. */
const TRIED_ENOUGH = 60_000;

/** Milliseconds before the second attempt, doubled for each further one; chance takes up to all of it off. */
const FIRST_WAIT = 50;
const FIRST_WAIT_THROTTLED = 400;
const LONGEST_WAIT = 5_000;

/** Further attempts that all calls share: each takes one, each success gives a half back, so that a service that is down is not stormed. */
const BUDGET = 200;

export function createSend(options: SendOptions): Send {
  let budget = BUDGET;
  return async (call, take) => {
    const started = performance.now();
    for (let tried = 1, renewed = false; ; tried++) {
      try {
        const taken = await take(await once(options, call));
        budget = Math.min(BUDGET, budget + 0.5);
        return taken;
      } catch (error) {
        if (!(error instanceof S3Error) || call.signal?.aborted) throw error;
        if (STALE_CREDENTIALS.has(error.code) && !renewed) {
          renewed = true;
          await options.credentials(true);
          continue;
        }
        const wait = pause(tried, error);
        if (!error.passing || tried === ATTEMPTS || budget < 1 || performance.now() - started + wait > TRIED_ENOUGH) throw error;
        budget--;
        await sleep(wait, call.signal);
      }
    }
  };
}

async function once({ place, region, signer, limits, now, requested }: SendOptions, call: Call): Promise<Answer> {
  const { operation, method, key, query, headers, body, sha256, patience, signal } = call;
  const payload = sha256 ?? (body !== undefined && place.endpoint.protocol === "https:" ? UNSIGNED : sha256Of(body));
  const signed = await signer.sign({ method, place, key, query, headers }, payload);
  requested?.(operation);
  const answer = await attempt({ method, ...signed, body, patience, signal }, limits);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const text = method === "HEAD" ? "" : await answer.text();
  throw told(text, { operation, answer, place, region, signedTime: new Date(now()).toISOString() });
}

interface Told {
  readonly operation: S3Operation;
  readonly answer: Pick<Answer, "status" | "headers">;
  readonly place: Place;
  readonly region: string;
  readonly signedTime: string;
}

function told(text: string, { operation, answer: { status, headers }, place, region, signedTime }: Told): S3Error {
  const error = errorElement(text);
  const seconds = Number(headers.get("retry-after") ?? "");
  return refusal({
    operation,
    bucket: place.bucket,
    endpoint: place.endpoint.origin,
    region,
    status,
    code: error?.text("Code"),
    message: error?.text("Message"),
    otherRegion: error?.text("Region") ?? headers.get("x-amz-bucket-region") ?? undefined,
    serviceTime: error?.text("ServerTime") ?? headers.get("date") ?? undefined,
    signedTime,
    ...(seconds > 0 && { retryAfter: seconds * 1000 }),
  });
}

/** The `<Error>` of an answer; undefined when it is anything else, e.g. the page of a balancer. */
export function errorElement(text: string): Xml | undefined {
  try {
    const root = readXml(text);
    return root.name === "Error" ? root : undefined;
  } catch {
    return undefined;
  }
}

function pause(tried: number, { code, status, retryAfter }: S3Error): number {
  const throttled = code === "SlowDown" || status === 429 || status === 503;
  const longest = Math.min(LONGEST_WAIT, (throttled ? FIRST_WAIT_THROTTLED : FIRST_WAIT) * 2 ** (tried - 1));
  return Math.max(Math.random() * longest, Math.min(retryAfter ?? 0, LONGEST_WAIT));
}

/** @throws the reason of the signal */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  await promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}

function sha256Of(body: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(body ?? "")
    .digest("hex");
}
