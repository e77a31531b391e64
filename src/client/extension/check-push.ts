import type { ErrorCode } from "../../oci/error-codes.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { isClientError } from "../client-error.ts";
import type { StoredManifest } from "../content/content.ts";
import type { Connection } from "../remote/connection.ts";
import { callOperation } from "./call-operation.ts";
import { hasPackageApi } from "./discovery.ts";

/**
 * Asks a registry that has the package API whether its policies take a manifest, before any blob is sent. What it cannot say (no such
 * API, no right to read, a failure on the way) the push itself will.
 * @throws ClientError `refused` with the policy's words
 */
export async function checkPush(
  connection: Connection,
  name: RepositoryName,
  { manifest, tags, signal }: { readonly manifest: StoredManifest; readonly tags: readonly Tag[]; readonly signal: AbortSignal },
): Promise<void> {
  const what = `cannot push to ${connection.registry}/${name}`;
  try {
    if (!(await hasPackageApi(connection))) return;
    const document = new TextDecoder().decode(manifest.bytes);
    await callOperation(connection, "checkPush", {
      name,
      body: { tags: [...tags], mediaType: manifest.descriptor.mediaType, manifest: document },
      what,
      signal,
    });
  } catch (error) {
    if (isClientError(error, "refused") && error.code === ("POLICY_VIOLATION" satisfies ErrorCode)) throw error;
    signal.throwIfAborted();
  }
}
