import type { KeyObject } from "node:crypto";
import type { ComponentDescriptor, DigestSpec, Signature } from "../descriptor/component-descriptor.ts";

export const NORMALISATIONS = ["jsonNormalisation/v1", "jsonNormalisation/v2", "jsonNormalisation/v3", "jsonNormalisation/v4alpha1"] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

export const HASH_ALGORITHMS = ["SHA-256", "SHA-512"] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

export const SIGNATURE_ALGORITHMS = ["RSASSA-PKCS1-V1_5", "RSASSA-PSS"] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

export interface SignOptions {
  readonly name: string;
  readonly key: KeyObject;
  /** Default `jsonNormalisation/v3`, which both of today's command lines verify. */
  readonly normalisation?: Normalisation;
  readonly hash?: HashAlgorithm;
  readonly algorithm?: SignatureAlgorithm;
  /** Leaf first; then the signature is a PEM block with its chain. */
  readonly chain?: readonly string[];
}

/** Signs the digest of a descriptor whose digests are complete. */
export type SignDescriptor = (descriptor: ComponentDescriptor, options: SignOptions) => { readonly digest: DigestSpec; readonly signature: Signature };
