import type { Digest, DigestAlgorithm } from "../../oci/digest.ts";
import type { Millis } from "../metadata/records.ts";
import type { Location } from "./locations.ts";

/** An object of S3. */
export interface Tail {
  readonly location: Location;
  readonly size: number;
}

/** An upload in parts that is under way, and the parts that it has. */
export interface Parts {
  readonly location: Location;
  readonly uploadId: string;
  /** Bytes of each part but the last: all are equal, which some services want. */
  readonly partSize: number;
  readonly etags: readonly string[];
}

/** Where the bytes of an upload are: full parts, and what follows them as an object of its own. An upload without parts is its tail. */
export interface Extent {
  /** Bytes. */
  readonly size: number;
  /** How many parts count. */
  readonly parts: number;
  readonly tail: Tail | undefined;
  /** Of all bytes, by the algorithm of the upload; undefined where no process knows it. */
  readonly digest: Digest | undefined;
}

/** A process that works at an upload. */
export interface Holder {
  readonly id: string;
  readonly until: Millis;
  /** It brings no bytes, but makes them one object and looks for their digest. */
  readonly finishes?: boolean | undefined;
}

/** The state of an upload, as any process goes on with it. */
export interface StagedBytes extends Extent {
  readonly algorithm: DigestAlgorithm;
  readonly multipart: Parts | undefined;
  /** Before the last chunk, which may have to be taken back. */
  readonly before: Extent | undefined;
  /** What was replaced, to be deleted in the end. */
  readonly stale: readonly Location[];
  /** Who brings bytes to it at this moment, and until when that counts without another word. */
  readonly holder: Holder | undefined;
}

export const NOTHING: Extent = { size: 0, parts: 0, tail: undefined, digest: undefined };

export function emptyUpload(algorithm: DigestAlgorithm): StagedBytes {
  return { ...NOTHING, algorithm, multipart: undefined, before: undefined, stale: [], holder: undefined };
}

export function writeState(state: StagedBytes): string {
  return JSON.stringify(state);
}

/** What `writeState` wrote, in this process or another one. */
export function readState(text: string): StagedBytes {
  const state = JSON.parse(text) as Partial<StagedBytes>;
  if (state.algorithm === undefined || typeof state.size !== "number") throw new Error("the state of a staged upload is not understood");
  return { ...emptyUpload(state.algorithm), ...state };
}

/** The state with the first `size` bytes only: those before the last chunk, or none. Undefined for any other size. */
export function truncated(state: StagedBytes, size: number): StagedBytes | undefined {
  const extent = size === 0 ? NOTHING : state.before;
  if (extent?.size !== size) return undefined;
  const { multipart, tail, stale } = state;
  const replaced = [...stale, ...(tail === undefined ? [] : [tail.location])].filter((location) => location !== extent.tail?.location);
  return {
    ...state,
    ...extent,
    multipart: multipart && { ...multipart, etags: multipart.etags.slice(0, extent.parts) },
    stale: replaced,
    before: undefined,
  };
}
