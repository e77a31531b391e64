import { randomBytes } from "node:crypto";
import { isUploadId, type UploadId } from "../content-store.ts";

/** A key without the prefix of all keys: `<2 hex>/<upload id>.<n>`. */
export type Location = string;

/** Where objects of this bucket lie. Locations are never used twice, whoever makes them: `n` is random. */
export interface Keys {
  keyOf(location: Location): string;
  /** A location for an object of an upload; its first digits are random, which spreads keys over the service's partitions. */
  newLocation(id: UploadId): Location;
  /** The location of a key, and the upload that made it; undefined for objects that are no content. */
  parse(key: string): { readonly location: Location; readonly id: UploadId } | undefined;
}

/** @param prefix what all keys begin with: empty, or with a slash at its end */
export function keysBelow(prefix: string): Keys {
  return {
    keyOf: (location) => prefix + location,
    newLocation: (id) => `${id.slice(0, 2)}/${id}.${randomBytes(4).toString("hex")}`,
    parse(key) {
      const location = key.slice(prefix.length);
      const id = /^[0-9a-f]{2}\/([0-9a-f-]{36})\.[0-9a-f]{8}$/.exec(location)?.[1];
      return key.startsWith(prefix) && id !== undefined && isUploadId(id) ? { location, id } : undefined;
    },
  };
}
