import type { ByteStream } from "../../client/content/content.ts";
import { verified } from "../../client/content/verified.ts";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import type { AccessSpec, DigestSpec } from "../descriptor/component-descriptor.ts";
import type { NewLocalBlob } from "../repository/component-repository.ts";
import { localBlobAccess } from "../repository/local-access.ts";

/** The names that the digest of an OCI artifact, which is that of its manifest, can have in a descriptor. */
export const ARTIFACT_DIGESTS = ["ociArtifactDigest/v1", "genericBlobDigest/v1"] as const;
export type ArtifactDigest = (typeof ARTIFACT_DIGESTS)[number];

/** The content of an element, ready to be stored with its component version. */
export interface PreparedContent {
  readonly blob: NewLocalBlob;
  readonly access: AccessSpec;
  readonly digest: DigestSpec;
  /** Frees what is open. */
  close?(): Promise<void>;
}

export interface BlobToPrepare {
  readonly mediaType: string;
  /** The same bytes at each call. */
  readonly open: () => ByteStream;
  /** For messages. */
  readonly label: string;
  /** What the content is called where it is given to other tools, e.g. `acme.org/app/chart:1.0.0`. */
  readonly referenceName?: string;
}

/** Digests bytes of any length, which are read again when they are stored. */
export async function prepareBlob({ mediaType, open, label, referenceName }: BlobToPrepare): Promise<PreparedContent> {
  const hasher = new Bun.CryptoHasher("sha256");
  let size = 0;
  for await (const piece of open()) {
    hasher.update(piece);
    size += piece.length;
  }
  const digest = `sha256:${hasher.digest("hex")}` as Digest;
  const descriptor = { mediaType, digest, size };
  return {
    blob: { kind: "layer", descriptor, open: () => verified(open(), descriptor, label), verified: true },
    access: localBlobAccess({ reference: digest, mediaType, referenceName }),
    digest: digestSpec(digest, "genericBlobDigest/v1"),
  };
}

export interface ArtifactToPrepare extends Pick<Extract<NewLocalBlob, { kind: "artifact" }>, "root" | "source"> {
  readonly digestName: ArtifactDigest;
  readonly referenceName?: string | undefined;
  close?(): Promise<void>;
}

/** An OCI artifact, to be stored natively. */
export function prepareArtifact({ root, source, digestName, referenceName, close }: ArtifactToPrepare): PreparedContent {
  return {
    blob: { kind: "artifact", root, source },
    access: localBlobAccess({ reference: root.digest, mediaType: root.mediaType, referenceName }),
    digest: digestSpec(root.digest, digestName),
    ...(close && { close }),
  };
}

export function digestSpec(digest: Digest, normalisationAlgorithm: string): DigestSpec {
  return { hashAlgorithm: digestAlgorithm(digest) === "sha512" ? "SHA-512" : "SHA-256", normalisationAlgorithm, value: digestEncoded(digest) };
}
