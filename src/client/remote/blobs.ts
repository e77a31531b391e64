import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { ReadOptions } from "../content/content.ts";
import { nameOf, type RepositoryConnection, repositoryUrl, scopeOf } from "./connection.ts";
import { expectStatus, refusesHead } from "./reply-error.ts";
import { cancelUpload, uploadLocation } from "./upload-location.ts";

/** The size of a blob in bytes; undefined where it is not there. `-1` where the registry does not say. */
export async function headBlob(connection: RepositoryConnection, digest: Digest, { signal, asPusher }: ReadOptions = {}): Promise<number | undefined> {
  const ask = (method: "HEAD" | "GET") =>
    connection.transport.send({
      method,
      url: repositoryUrl(connection, `blobs/${digest}`),
      scopes: scopeOf(connection, asPusher === true ? "push" : "pull"),
      ...(signal && { signal }),
    });
  let reply = await ask(connection.traits.heads ? "HEAD" : "GET");
  if (connection.traits.heads && refusesHead(connection, reply)) {
    await reply.discard();
    // its body is not read
    reply = await ask("GET");
  }
  if (reply.status === 404) {
    await reply.discard();
    return undefined;
  }
  await expectStatus(reply, [200], { ...connection, what: `cannot look for ${nameOf(connection)}@${digest}` });
  await reply.discard();
  const length = reply.headers.get("Content-Length");
  return length !== null && /^[0-9]+$/.test(length) ? Number(length) : -1;
}

/**
 * Asks the registry to take a blob over from another of its repositories (distribution-spec, "Mounting a blob from another
 * repository"). False where it does not: it would want the bytes.
 */
export async function mountBlob(
  connection: RepositoryConnection,
  { digest }: Pick<Descriptor, "digest">,
  { from, signal }: ReadOptions & { readonly from: RepositoryName },
): Promise<boolean> {
  const reply = await connection.transport.send({
    method: "POST",
    url: repositoryUrl(connection, "blobs/uploads/", { mount: digest, from }),
    headers: { "Content-Length": "0" },
    body: "",
    repeatable: true,
    scopes: [...scopeOf(connection, "push"), { repository: from, actions: ["pull"] }],
    ...(signal && { signal }),
  });
  await expectStatus(reply, [201, 202], { ...connection, what: `cannot mount ${digest} from ${from} in ${nameOf(connection)}` });
  await reply.discard();
  if (reply.status === 201) return true;
  await cancelUpload(connection, uploadLocation(connection, reply));
  return false;
}

export async function deleteBlob(connection: RepositoryConnection, digest: Digest, { signal }: ReadOptions = {}): Promise<void> {
  const reply = await connection.transport.send({
    method: "DELETE",
    url: repositoryUrl(connection, `blobs/${digest}`),
    scopes: scopeOf(connection, "delete"),
    ...(signal && { signal }),
  });
  await expectStatus(reply, [202, 200, 204], { ...connection, what: `cannot delete ${nameOf(connection)}@${digest}` });
  await reply.discard();
}
