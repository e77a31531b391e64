import type { Digest } from "../oci/digest.ts";

/** What a client did, told while it works; nothing in it is secret. */
export type TraceEvent = RequestTrace | RetryTrace | CacheTrace | ModuleCacheTrace;

/** One request that is over. */
export interface RequestTrace {
  readonly kind: "request";
  readonly method: string;
  /** Without user, password and the values of parameters that may be secret. */
  readonly url: string;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** Bytes of the body that were sent, and that came. */
  readonly sent: number;
  readonly received: number;
  /** Milliseconds from the request to the last byte. */
  readonly millis: number;
  /** Why there was no answer. */
  readonly problem?: string;
}

/** A request that is sent again. */
export interface RetryTrace {
  readonly kind: "retry";
  readonly method: string;
  readonly url: string;
  /** Which try comes next, of how many. */
  readonly attempt: number;
  readonly attempts: number;
  /** Milliseconds until then. */
  readonly wait: number;
}

/** Content that was looked for on this machine. */
export interface CacheTrace {
  readonly kind: "cache";
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** `damaged`: it was removed, and is fetched. `part`: of a download that broke off, which goes on. */
  readonly found: "hit" | "miss" | "damaged" | "part";
}

/** A module version that came from the module cache. */
export interface ModuleCacheTrace {
  readonly kind: "module-cache";
  readonly path: string;
  readonly version: string;
}

/** It must not throw. */
export type TraceListener = (event: TraceEvent) => void;
