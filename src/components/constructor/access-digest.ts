import { isClientError } from "../../client/client-error.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { accessKind } from "../content/element-content.ts";
import type { AccessSpec, DigestSpec } from "../descriptor/component-descriptor.ts";
import { hasNoContent, isExcluded } from "../descriptor/no-content.ts";
import { sameArtifact, wrong } from "./given-digest.ts";
import { digestSpec } from "./prepared-content.ts";
import { findRegistryArtifact } from "./registry-artifact.ts";

export interface AccessDigestOptions {
  readonly client: RegistryClient;
  /** False: nothing is asked for, digests are taken as they are given. */
  readonly accessDigests: boolean;
  readonly given: DigestSpec | undefined;
  readonly where: (...path: readonly PropertyKey[]) => string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The digest of a content that an access names: what was given, verified where it can be, else that of an artifact of a registry. Others
 * have none before somebody reads them.
 * @throws ComponentError `invalid` where the given one is wrong; ClientError
 */
export async function accessDigest(access: AccessSpec, options: AccessDigestOptions): Promise<DigestSpec | undefined> {
  const { client, accessDigests, given, where, signal } = options;
  if (hasNoContent(access)) {
    if (given === undefined) return undefined;
    throw new ComponentError("invalid", `${where("digest")}: an element without content has no digest: leave it out`);
  }
  if (!accessDigests || accessKind(access) !== "artifact" || (given !== undefined && isExcluded(given))) return given;
  const { imageReference } = access;
  if (typeof imageReference !== "string") throw new ComponentError("invalid", `${where("access")}: imageReference is missing`);
  const place = where("access", "imageReference");
  const { manifest } = await findRegistryArtifact(imageReference, { client, signal }).catch((cause) => {
    if (!isClientError(cause) && !(cause instanceof ComponentError)) throw cause;
    throw new ComponentError(cause.kind, `${place}: ${cause.message}; --no-access-digests leaves the digest out`, { cause });
  });
  const digest = digestSpec(manifest.descriptor.digest, "ociArtifactDigest/v1");
  if (given === undefined) return digest;
  if (sameArtifact(given, digest)) return given;
  throw wrong(given, digest, where("digest"));
}
