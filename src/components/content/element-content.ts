import type { ReadOptions } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { isDigest } from "../../oci/digest.ts";
import { manifestReferenceOf, parseImageReference, parseRepositoryReference } from "../../oci/image-reference.ts";
import { ComponentError } from "../component-error.ts";
import type { AccessSpec } from "../descriptor/component-descriptor.ts";
import type { LocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import { layoutArchive } from "../repository/layout-archive.ts";
import { accessTypeName, isLocalBlob, isRelativeReference } from "../repository/local-reference.ts";

/** Access types that name an OCI artifact, in all their spellings. */
const ARTIFACT_TYPES: ReadonlySet<string> = new Set(["ociArtifact", "ociRegistry", "ociImage", "OCIImage", "OCIArtifact"]);

/** Access types that name one blob of a registry. */
const BLOB_TYPES: ReadonlySet<string> = new Set(["ociBlob", "OCIImageLayer"]);

/** Where the content of an element is: stored with the component version, in a registry, nowhere, or where `opm` cannot get it. */
export type AccessKind = "local" | "artifact" | "blob" | "none" | "other";

export function accessKind(access: AccessSpec): AccessKind {
  if (isLocalBlob(access) || isRelativeReference(access)) return "local";
  const name = accessTypeName(access);
  if (ARTIFACT_TYPES.has(name)) return "artifact";
  if (BLOB_TYPES.has(name)) return "blob";
  return /^none$/i.test(name) ? "none" : "other";
}

export interface ElementContentOptions extends ReadOptions {
  readonly client: RegistryClient;
  /** For messages, e.g. `acme.org/app:1.0.0, resource image`. */
  readonly label: string;
}

/**
 * The content that an access names.
 * @returns undefined where there is none by what it says, or none that `opm` can get: `accessKind` tells which
 * @throws ClientError `not-found` and others of the place; ComponentError `invalid` for an access that lacks what it needs
 */
export async function elementContent(version: StoredComponentVersion, access: AccessSpec, options: ElementContentOptions): Promise<LocalBlob | undefined> {
  const kind = accessKind(access);
  if (kind === "local") return await version.localBlob(access, options);
  if (kind === "artifact") return await registryArtifact(access, options);
  if (kind === "blob") return registryBlob(access, options);
  return undefined;
}

async function registryArtifact(access: AccessSpec, { client, label, ...read }: ElementContentOptions): Promise<LocalBlob> {
  const reference = parseImageReference(textOf(access, ["imageReference"], label));
  const source = repositoryContent(client.repository(reference.registry, reference.repository));
  const { descriptor: root } = await source.manifest(manifestReferenceOf(reference), read);
  const tag = reference.tag === undefined ? {} : { tag: reference.tag };
  return {
    mediaType: root.mediaType,
    size: undefined,
    content: { kind: "artifact", root, source },
    open: (options) => layoutArchive(root, source, { ...options, ...tag }),
  };
}

function registryBlob(access: AccessSpec, { client, label }: ElementContentOptions): LocalBlob {
  const { registry, repository } = parseRepositoryReference(textOf(access, ["ref", "imageReference"], label).replace(/[:@][^/]*$/, ""));
  const digest = textOf(access, ["digest"], label);
  const { size, mediaType } = access;
  if (!isDigest(digest) || typeof size !== "number") throw new ComponentError("invalid", `${label}: access of type '${access.type}' needs a digest and a size`);
  const layer = { digest, size, mediaType: typeof mediaType === "string" && mediaType !== "" ? mediaType : "application/octet-stream" };
  const source = repositoryContent(client.repository(registry, repository));
  const content = { kind: "layers" as const, layers: [layer], ...(source.location && { location: source.location }) };
  return { mediaType: layer.mediaType, size, content, open: (options) => source.blob(layer, options) };
}

/** Some writers put a scheme before references, which says nothing that the client does not find out. */
function textOf(access: AccessSpec, keys: readonly string[], label: string): string {
  const text = keys.map((key) => access[key]).find((value): value is string => typeof value === "string" && value !== "");
  if (text === undefined) throw new ComponentError("invalid", `${label}: access of type '${access.type}' has no ${keys[0]}`, { subject: `access.${keys[0]}` });
  return text.replace(/^(?:https?|oci):\/\//, "");
}
