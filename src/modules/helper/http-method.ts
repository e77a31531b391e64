import { isClientError } from "../../client/client-error.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { replyError } from "../../client/remote/reply-error.ts";
import type { Reply, TransportRequest } from "../../client/transport/request.ts";
import { parseRegistryHost } from "../../oci/image-reference.ts";
import { ModuleError } from "./helper.ts";
import type { HostMethod } from "./host-call.ts";
import { requestBody, requestHeaders, requestMethod, requestTarget } from "./http-request.ts";
import { HOST_METHODS } from "./protocol.ts";
import { resumedBody } from "./resumed-body.ts";

export interface HttpMethodOptions {
  /** The client to speak to a registry with, over plain HTTP if so. */
  readonly connect: (registry: string, options: { readonly plainHttp: boolean }) => ReturnType<RegistryClient["connection"]>;
}

/**
 * Sends the HTTP requests of the helper through the client: with credentials, retries, proxies and certificates. A download that
 * breaks off goes on. What is about the user or the registry (401, 403, 429, 5xx) is an error in the client's own words; other
 * statuses are for the helper to judge.
 */
export function httpMethod({ connect }: HttpMethodOptions): HostMethod {
  return async ({ params, body, signal }) => {
    const request = HOST_METHODS.http.params.parse(params);
    if (!URL.canParse(request.url)) throw new ModuleError("invalid", `${request.url} is no address of a registry: no host has such a name`);
    const asked = new URL(request.url);
    if (!/^https?:$/.test(asked.protocol)) throw new ModuleError("invalid", `${asked.protocol}//${asked.host} is no registry: it has another scheme`);
    const registry = parseRegistryHost(asked.host);
    const connection = connect(registry, { plainHttp: asked.protocol === "http:" });
    const { scopes, repository, what, isBlob } = requestTarget(request.method, asked, registry);
    const context = { ...connection, what, ...(repository !== undefined && { repository }) };
    const outgoing: TransportRequest = {
      method: requestMethod(request.method),
      url: new URL(`${asked.pathname}${asked.search}`, connection.origin),
      headers: requestHeaders(request.headers),
      scopes,
      signal,
      ...(request.body === true && { body: await requestBody(body, request.headers) }),
    };
    const ask = async (headers: Readonly<Record<string, string>> = {}): Promise<Reply> => {
      const reply = await connection.transport.send({ ...outgoing, headers: { ...outgoing.headers, ...headers } });
      if (reply.status === 401 || reply.status === 403 || reply.status === 429 || reply.status >= 500) throw await replyError(reply, context);
      return reply;
    };
    const again = async (start: number): Promise<Reply> => {
      const reply = await ask({ Range: `bytes=${start}-` });
      if (reply.status === 200 || (reply.status === 206 && reply.headers.get("Content-Range")?.startsWith(`bytes ${start}-`) === true)) return reply;
      throw await replyError(reply, context);
    };
    try {
      const reply = await ask();
      const isResumable = isBlob && reply.status === 200 && outgoing.headers?.Range === undefined;
      const stream = isResumable ? resumedBody(reply, { again, signal }) : reply.stream();
      return { result: { body: true, status: reply.status, headers: replyHeaders(reply) }, body: translated(stream) };
    } catch (error) {
      throw moduleError(error);
    }
  };
}

function replyHeaders({ headers }: Reply): Record<string, string[]> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, [value]]));
}

async function* translated(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw moduleError(error);
  }
}

/** An error of the client as module work has it: the kinds have the same names. */
export function moduleError(error: unknown): unknown {
  if (!isClientError(error)) return error;
  const { kind, message, status, code } = error;
  const details = { ...(status !== undefined && { status }), ...(code !== undefined && { code }) };
  return new ModuleError(kind, message, { cause: error, details });
}
