import { RegistryError } from "../../oci/errors.ts";
import { type ParsedManifest, parseManifest } from "../../oci/manifest.ts";
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
