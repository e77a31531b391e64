import type { DigestAlgorithm } from "../../oci/digest.ts";

/** To the hash worker. `hash` names a running hash; what has a `request` is answered once, in order. */
export type HashRequest =
  | { readonly type: "begin"; readonly hash: number; readonly algorithm: DigestAlgorithm }
  | { readonly type: "update"; readonly hash: number; readonly request: number; readonly buffer: SharedArrayBuffer; readonly length: number }
  | { readonly type: "digest"; readonly hash: number; readonly request: number }
  | { readonly type: "discard"; readonly hash: number };

/** From the hash worker. `hex` answers `digest`. */
export interface HashReply {
  readonly request: number;
  readonly hex?: string | undefined;
}
