import { isLoopback } from "../oci/loopback.ts";
import type { RepositoryName } from "../oci/name.ts";
import { check, fields, list, nullish, type Shaped, text } from "../oci/shape.ts";
import type { CredentialStore } from "./credentials/credential.ts";
import { dockerCredentials } from "./credentials/docker-credentials.ts";
import type { Environment } from "./environment.ts";
import { registryOrigin } from "./registry-host.ts";
import type { Connection } from "./remote/connection.ts";
import { type JsonReply, type JsonRequest, readJson, requestJson } from "./remote/json.ts";
import { type ListOptions, listRepositories } from "./remote/lists.ts";
import { expectStatus } from "./remote/reply-error.ts";
import { createRepositoryClient, type RepositoryClient } from "./remote/repository-client.ts";
import type { TraceListener } from "./trace.ts";
import { createLoopbackTransport } from "./transport/loopback-transport.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./transport/retry.ts";
import { createTransport } from "./transport/transport.ts";

/** Milliseconds for which a tag that several may change must stay right. */
const SETTLE = 2500;

/** Milliseconds without any byte after which a request fails. */
const IDLE_LIMIT = 60_000;

export interface RegistryClientOptions {
  /** Proxies, certificates, the places of credentials. Default: that of the process. */
  readonly env?: Environment;
  /** Default: what docker and podman know. */
  readonly credentials?: CredentialStore;
  /** Whether to speak HTTP without TLS, for all registries or by registry. Default: to the loopback, where it does not want TLS. */
  readonly plainHttp?: boolean | ((registry: string) => boolean | undefined);
  /** A PEM file with authorities to trust besides the usual ones. */
  readonly caFile?: string;
  readonly retry?: Partial<RetryPolicy>;
  /** Milliseconds without any byte after which a request fails. Default: 60 000. */
  readonly idleLimit?: number;
  /** Milliseconds for which a tag that several may change must stay right, where the registry makes no sure of it. Default: 2500. */
  readonly settle?: number;
  /** Told each warning of a registry, as often as it comes. It must not throw. */
  readonly onWarning?: (text: string) => void;
  /** Told what is sent and what comes back. */
  readonly onTrace?: TraceListener;
}

const extensionShape = fields({ name: text, url: nullish(text), description: nullish(text), endpoints: nullish(list(text)) });
const extensionsShape = fields({ extensions: nullish(list(extensionShape)) });

/** An entry of `_oci/ext/discover` (distribution-spec, extensions/_oci.md). */
export type Extension = Shaped<typeof extensionShape>;

/** What is common to all registries: connections, tokens and credentials are kept for as long as the client is. */
export interface RegistryClient {
  /** Asks for `/v2/`. @throws ClientError where no registry answers or it does not let the user in */
  ping(registry: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** What the registry, or one of its repositories, can beyond the distribution API. Empty where it does not say. */
  extensions(registry: string, options?: { readonly repository?: RepositoryName; readonly signal?: AbortSignal }): Promise<readonly Extension[]>;
  /** Every repository that the user may see, in the registry's order. */
  catalog(registry: string, options?: ListOptions): AsyncGenerator<RepositoryName>;
  /** What the other methods speak through. */
  connection(registry: string): Connection;
  repository(registry: string, name: RepositoryName): RepositoryClient;
  /** A request of an API that speaks JSON, e.g. `/v2/_opm/packages`. */
  json<T>(registry: string, request: JsonRequest<T>): Promise<JsonReply<T>>;
}

/** @param registry in every method: as `parseImageReference` gives it, e.g. `docker.io` or `localhost:5000` */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const connections = new Map<string, Connection>();
  const env = options.env ?? process.env;
  const credentials = options.credentials ?? dockerCredentials(env);
  const settle = options.settle ?? SETTLE;
  const connect = (registry: string): Connection => {
    const plainHttp = typeof options.plainHttp === "function" ? options.plainHttp(registry) : options.plainHttp;
    const key = `${plainHttp} ${registry}`;
    const known = connections.get(key);
    if (known !== undefined) return known;
    const retry = { ...DEFAULT_RETRY, ...options.retry };
    const { plainHttp: _, ...rest } = options;
    const scheme = { ...(plainHttp !== undefined && { plainHttp }) };
    const settings = { ...rest, ...scheme, env, credentials, retry, idleLimit: options.idleLimit ?? IDLE_LIMIT };
    const isOpen = plainHttp === undefined && isLoopback(registry);
    const transport = isOpen ? createLoopbackTransport(registry, settings) : createTransport(registry, settings);
    const connection = {
      registry,
      origin: registryOrigin(registry, scheme),
      transport,
      traits: { referrersApi: true, heads: true, conditions: false, slowestPut: 0 },
      settle,
    };
    connections.set(key, connection);
    return connection;
  };
  return {
    async ping(registry, { signal } = {}) {
      const connection = connect(registry);
      const reply = await connection.transport.send({ method: "GET", url: new URL("/v2/", connection.origin), ...(signal && { signal }) });
      await expectStatus(reply, [200], { ...connection, what: `cannot reach ${registry}` });
      await reply.discard();
    },
    async extensions(registry, { repository, signal } = {}) {
      const connection = connect(registry);
      const url = new URL(repository === undefined ? "/v2/_oci/ext/discover" : `/v2/${repository}/_oci/ext/discover`, connection.origin);
      const reply = await connection.transport.send({
        method: "GET",
        url,
        headers: { Accept: "application/json" },
        staysWithHost: true,
        ...(signal && { signal }),
      });
      await expectStatus(reply, [200, 301, 302, 303, 307, 308, 400, 404, 405, 501], { ...connection, what: `cannot ask ${registry} for its extensions` });
      // a registry without the list may answer anything
      const { extensions } = await readJson(reply, (value) => check(extensionsShape, value)).catch(() => ({ extensions: [] }));
      return extensions ?? [];
    },
    connection: connect,
    catalog: (registry, list) => listRepositories(connect(registry), list),
    repository: (registry, name) => createRepositoryClient({ ...connect(registry), repository: name }),
    json: (registry, request) => requestJson(connect(registry), request),
  };
}
