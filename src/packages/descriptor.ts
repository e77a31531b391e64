import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { NamedManifest } from "./platform-choice.ts";

/** A manifest as documents name it. */
export interface DescriptorDocument {
  mediaType: string;
  digest: Digest;
  size: number;
  artifactType: string | null;
  platform?: Platform;
}

export function descriptorDocument({ mediaType, digest, size, artifactType, platform }: NamedManifest): DescriptorDocument {
  return { mediaType, digest, size, artifactType: artifactType ?? null, ...(platform !== undefined && { platform }) };
}
