import type { Digest } from "../oci/digest.ts";

/** What is going on with one blob or manifest of a transfer. */
export type TransferState =
  /** The first of its events; `bytes` is 0. */
  | "started"
  /** More bytes went through. */
  | "moving"
  /** All of it is at its target and verified. */
  | "done"
  /** The target has it already. */
  | "skipped"
  /** The target registry took it over from another of its repositories. */
  | "mounted";

/** One event of a transfer. Each blob ends with exactly one of `done`, `skipped`, `mounted`, unless the transfer fails. */
export interface ProgressEvent {
  readonly kind: "blob" | "manifest";
  readonly digest: Digest;
  /** For people: the file's name where there is one, else the media type. */
  readonly title: string;
  readonly state: TransferState;
  /** Bytes moved so far; less than before when a broken upload starts again. */
  readonly bytes: number;
  /** Bytes in all. */
  readonly total: number;
}

/** Told what happens while it happens. It must not throw. */
export type ProgressListener = (event: ProgressEvent) => void;
