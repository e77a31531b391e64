import type { Config } from "../../config/schema.ts";
import type { UploadId } from "../../storage/content-store.ts";
import type { LogFields, LogLevel } from "../log.ts";
import type { MetricValues } from "./merge-metrics.ts";

/** What a worker is started with. It comes by message: a command line and an environment can be read by others. */
export interface WorkerSettings {
  readonly config: Config;
  /** The port that all workers share. */
  readonly port: number;
  /** How many there are. */
  readonly workers: number;
}

/** An upload was cancelled: a worker tells all others, by way of the primary process. */
interface UploadCancelled {
  readonly type: "upload-cancelled";
  readonly id: UploadId;
}

/** What the primary process tells a worker. */
export type ToWorker =
  | { readonly type: "start"; readonly settings: WorkerSettings }
  | { readonly type: "reload"; readonly request: number }
  | { readonly type: "stop" }
  /** Asks for the figures of this worker. */
  | { readonly type: "figures"; readonly request: number }
  /** Answers `render`; undefined when that failed. */
  | { readonly type: "rendered"; readonly request: number; readonly text: string | undefined }
  | UploadCancelled;

/** What a worker tells the primary process. */
export type FromWorker =
  /** Whole lines. */
  | { readonly type: "log"; readonly text: string }
  /** What is not said of a request, and what all processes may come to say. */
  | { readonly type: "record"; readonly level: LogLevel; readonly message: string; readonly fields?: LogFields | undefined }
  /** It accepts connections. */
  | { readonly type: "ready" }
  /** It cannot: it ends. */
  | { readonly type: "failed"; readonly why: string }
  | { readonly type: "reloaded"; readonly request: number }
  /** All is closed; it ends when the channel does. */
  | { readonly type: "stopped" }
  | { readonly type: "figures"; readonly request: number; readonly values: readonly MetricValues[] }
  /** Asks for the figures of all processes, as text. */
  | { readonly type: "render"; readonly request: number }
  /** A manifest was stored that nobody has read. */
  | { readonly type: "unread" }
  | UploadCancelled;
