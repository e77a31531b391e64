import type { DigestAlgorithm } from "../../oci/digest.ts";

/** To the hash worker. `hash` names a running hash of a file; what has a `request` is answered once, in order. */
export type HashRequest =
  | { readonly type: "begin"; readonly hash: number; readonly path: string; readonly algorithm: DigestAlgorithm }
  /** Hashes on up to byte `to` of the file. */
  | { readonly type: "advance"; readonly hash: number; readonly request: number; readonly to: number }
  | { readonly type: "digest"; readonly hash: number; readonly request: number }
  /** Gives the file back until the hash goes on. */
  | { readonly type: "rest"; readonly hash: number }
  | { readonly type: "discard"; readonly hash: number };

/** From the hash worker. `hex` answers `digest`; `failure` says why the file could not be read. */
export interface HashReply {
  readonly request: number;
  readonly hex?: string | undefined;
  readonly failure?: string | undefined;
}
