import type { Descriptor } from "../../oci/descriptor.ts";
import { RegistryError } from "../../oci/errors.ts";
import { declaredType, type ParsedManifest, parseManifest } from "../../oci/manifest.ts";
import { ClientError } from "../client-error.ts";
import type { StoredManifest } from "./content.ts";

/** Parses a manifest that was read. @throws ClientError `invalid` */
export function parseStored({ bytes, descriptor }: StoredManifest, label: string = descriptor.digest): ParsedManifest {
  try {
    return parseManifest(bytes, descriptor.mediaType);
  } catch (cause) {
    if (cause instanceof RegistryError) throw new ClientError("invalid", `${label}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** A manifest as a list of referrers shows it: with its type and its annotations (distribution-spec, "Listing Referrers"). */
export function referrerDescriptor({ descriptor }: StoredManifest, parsed: ParsedManifest): Descriptor {
  const artifactType = declaredType(parsed);
  const { mediaType, digest, size } = descriptor;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType !== undefined && { artifactType }),
    ...(Object.keys(parsed.annotations).length > 0 && { annotations: { ...parsed.annotations } }),
  };
}
