import type { CommitResult, SmallBlob } from "./small-blobs.ts";

export interface CommitOptions {
  readonly root: string;
  readonly durable: boolean;
  /** Bytes after which a journal is retired. */
  readonly journalBytes: number | undefined;
}

/** To the commit worker: `open` comes first and is not answered; `sync` is all that a worker without it may be asked. */
export type CommitRequest =
  | ({ readonly type: "open" } & CommitOptions)
  | { readonly type: "commit"; readonly request: number; readonly blobs: readonly SmallBlob[] }
  | { readonly type: "close"; readonly request: number }
  | { readonly type: "sync"; readonly request: number; readonly path: string };

/** From the commit worker. `error` when the request failed as a whole. */
export interface CommitReply {
  readonly request: number;
  readonly results?: readonly CommitResult[] | undefined;
  readonly error?: string | undefined;
}
