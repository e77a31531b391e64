import { parseListen, reachableHost } from "../config/listen.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "./log.ts";

export interface StartOptions {
  readonly version: string;
  /** Takes content and database for each other's, whatever they say. */
  readonly adopt?: boolean | undefined;
}

/** A registry that answers requests. */
export interface RunningServer {
  /** Where clients of this machine reach it, e.g. `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly log: Log;
  /** Resolves with why, should it be able to go on no more: it is to be stopped. */
  readonly failed?: Promise<string>;
  /** Reads the files again that may change while it runs: accounts and the certificate. What cannot be used is logged, and what was read before stays. */
  reload(): Promise<void>;
  /** Stops accepting requests, lets the running ones end, and closes the stores. */
  stop(): Promise<void>;
  /** Ends at once what would outlive this process. */
  abort?(): void;
}

/** Where clients of this machine reach a registry. */
export function urlOf({ tls, listen }: Config, port: number): string {
  return `${tls ? "https" : "http"}://${reachableHost(parseListen(listen).host)}:${port}`;
}
