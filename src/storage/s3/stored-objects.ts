import { BlobCache } from "../blob-cache.ts";
import type { BlobSource, ByteRange, ContentReference } from "../content-store.ts";
import type { Millis } from "../metadata/records.ts";
import type { S3Client } from "./client.ts";
import { S3Error } from "./error.ts";

/** Bytes of a blob up to which it is read at once, and kept in memory. */
const SMALL = 64 * 1024;

/** Seconds that a URL is good for, and milliseconds that it must be: credentials that end may shorten it. */
const URL_LIFE = 30 * 60;
const SHORTEST_LIFE = 20 * 60_000;

export interface StoredObjectsOptions {
  readonly client: S3Client;
  readonly keyOf: (location: string) => string;
  readonly now: () => Millis;
  /** Bytes from which readers are sent to the service itself; undefined: never. */
  readonly redirectFrom?: number | undefined;
  /** Bytes of small blobs kept in memory. */
  readonly cacheBytes: number;
}

/** Content in a bucket, as it is read; `storedObjects` makes it. What was deleted stays in the cache for a while: whether it counts is for the database to say. */
export interface StoredObjects {
  locate(content: ContentReference & { readonly size: number }): BlobSource | undefined | Promise<BlobSource | undefined>;
  /** undefined when it is not there. */
  read(content: ContentReference, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;
}

export function storedObjects({ client, keyOf, now, redirectFrom = Number.POSITIVE_INFINITY, cacheBytes }: StoredObjectsOptions): StoredObjects {
  const cache = new BlobCache<string>(cacheBytes);
  const fetching = new Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>();

  async function read(location: string, { size, range }: { readonly size?: number | undefined; readonly range?: ByteRange | undefined }) {
    const object = await client.get(keyOf(location), { range });
    if (object === undefined || size === undefined || object.size === size) return object?.body;
    await object.body.cancel();
    throw new S3Error(`S3 has ${object.size} bytes at '${keyOf(location)}' where ${size} were stored`, { code: "OtherSize" });
  }

  /** One request, however many ask for it at once. */
  function fetchSmall(location: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const known = fetching.get(location);
    if (known !== undefined) return known;
    const asked = readSmall(location, size).finally(() => fetching.delete(location));
    fetching.set(location, asked);
    return asked;
  }

  async function readSmall(location: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const body = await read(location, { size });
    if (body === undefined) return undefined;
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    cache.add(location, bytes);
    return bytes;
  }

  async function urlOf(location: string): Promise<string | undefined> {
    const { url, until } = await client.presignGet(keyOf(location), { seconds: URL_LIFE, contentType: "application/octet-stream" });
    return until - now() < SHORTEST_LIFE ? undefined : url;
  }

  return {
    locate({ location, size }) {
      if (location === undefined) return undefined;
      const open = (range?: ByteRange) => read(location, { size, range });
      if (size >= redirectFrom) return { kind: "remote", size, open, url: () => urlOf(location) };
      if (size > SMALL) return { kind: "remote", size, open };
      const bytes = cache.get(location);
      if (bytes !== undefined) return { kind: "bytes", size, bytes };
      return fetchSmall(location, size).then((fetched) => fetched && { kind: "bytes", size, bytes: fetched });
    },
    read: async ({ location, size }, range) => (location === undefined ? undefined : read(location, { size, range })),
  };
}
