import { SignatureV4 } from "@smithy/signature-v4";
import type { Millis } from "../metadata/records.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";

/** Where a bucket is reached. */
export interface Place {
  readonly endpoint: URL;
  readonly bucket: string;
  readonly pathStyle: boolean;
}

export interface Signable {
  readonly method: string;
  readonly place: Place;
  /** Without it the bucket is meant. */
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Signed {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Signer {
  /** @param payload sha256 of the body as hex digits, or `UNSIGNED-PAYLOAD` */
  sign(request: Signable, payload: string): Promise<Signed>;
  /** A URL that anybody may use until `until`, which the end of temporary credentials may bring forward. */
  presign(request: Signable, seconds: number): Promise<{ readonly url: string; readonly until: Millis }>;
}

export const UNSIGNED = "UNSIGNED-PAYLOAD";

/** Signs as of the time of `now`; the key of a day is derived once. */
export function createSigner(region: string, credentials: CredentialSource, now: () => Millis): Signer {
  const signerOf = (own: Credentials): SignatureV4 =>
    new SignatureV4({ service: "s3", region, credentials: own, sha256: Sha256, uriEscapePath: false, applyChecksum: true });
  let known: { readonly own: Credentials; readonly signer: SignatureV4 } | undefined;
  const current = async (): Promise<{ readonly own: Credentials; readonly signer: SignatureV4 }> => {
    const own = await credentials();
    if (known?.own !== own) known = { own, signer: signerOf(own) };
    return known;
  };
  return {
    async sign(request, payload) {
      const { signer } = await current();
      const asked = requestOf(request, { ...request.headers, "x-amz-content-sha256": payload });
      const { host: _, ...headers } = (await signer.sign(asked, { signingDate: new Date(now()) })).headers;
      return { url: urlOf(asked, asked.query), headers };
    },
    async presign(request, seconds) {
      const { own, signer } = await current();
      const at = now();
      const asked = requestOf(request, { "x-amz-content-sha256": UNSIGNED });
      const { query } = await signer.presign(asked, { expiresIn: seconds, signingDate: new Date(at) });
      return { url: urlOf(asked, query ?? {}).href, until: Math.min(at + seconds * 1000, own.expiration?.getTime() ?? Number.POSITIVE_INFINITY) };
    },
  };
}

interface Asked {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
}

function requestOf({ method, place: { endpoint, bucket, pathStyle }, key, query = {} }: Signable, headers: Record<string, string>): Asked {
  const { protocol, port, hostname: name } = endpoint;
  const hostname = pathStyle ? name : `${bucket}.${name}`;
  const path = [endpoint.pathname.replace(/\/+$/, ""), ...(pathStyle ? [bucket] : []), ...(key === undefined ? [] : key.split("/").map(escapeUri))].join("/");
  const host = port === "" ? hostname : `${hostname}:${port}`;
  return { method, protocol, hostname, ...(port !== "" && { port: Number(port) }), path: path || "/", query: { ...query }, headers: { ...headers, host } };
}

function urlOf({ protocol, headers, path }: Asked, query: Readonly<Record<string, string | string[] | null | undefined>>): URL {
  const pairs = Object.entries(query).map(([name, value]) => `${escapeUri(name)}=${escapeUri(String(value ?? ""))}`);
  return new URL(`${protocol}//${headers.host}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`);
}

/** As the signature has it: `encodeURIComponent` leaves out five characters. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The hash that the signer is to use: with a key it is an HMAC. */
class Sha256 {
  readonly #hasher: Bun.CryptoHasher;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hasher = key === undefined ? new Bun.CryptoHasher("sha256") : new Bun.CryptoHasher("sha256", bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hasher.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hasher.digest();
  }

  reset(): void {
    throw new Error("a hash of a signature is made once");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return data;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
