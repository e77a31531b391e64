import { ClientError } from "../client-error.ts";
import type { Reply } from "../transport/request.ts";
import { type RepositoryConnection, scopeOf } from "./connection.ts";

/**
 * Where an upload goes on (distribution-spec, "Pushing a blob in chunks"): the Location of an answer.
 * @throws ClientError `network` when there is none, `refused` when it would leave encryption behind
 */
export function uploadLocation({ registry, origin }: RepositoryConnection, reply: Reply): URL {
  const text = reply.headers.get("Location");
  if (text === null || !URL.canParse(text, reply.url.href)) {
    throw new ClientError("network", `${registry} does not say where the upload goes on: is it a registry?`);
  }
  const url = new URL(text, reply.url);
  // a proxy in front that ends TLS often makes locations of http
  if (url.host === origin.host) url.protocol = origin.protocol;
  if (url.protocol !== "https:" && (url.protocol !== "http:" || origin.protocol === "https:")) {
    throw new ClientError("refused", `${registry} wants the upload sent to ${url.protocol}//${url.host}, which is not encrypted: nothing was sent`);
  }
  return url;
}

/** Gives an upload up. Whatever comes of it is of no account: registries forget uploads by themselves. */
export async function cancelUpload(connection: RepositoryConnection, location: URL): Promise<void> {
  try {
    const reply = await connection.transport.send({ method: "DELETE", url: location, scopes: scopeOf(connection, "push") });
    await reply.discard();
  } catch {
    // see above
  }
}
