import { ClientError, isClientError } from "../../client/client-error.ts";
import type { ContentSource, ContentTarget, ReadOptions } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/name.ts";
import type { ComponentStore } from "./component-store.ts";

export interface RegistryStoreOptions {
  /** `host[:port]`, as `parseRegistryHost` gives it. */
  readonly host: string;
  /** The folder of all repositories, e.g. `team/delivery`. */
  readonly subPath?: string;
  /** Speaks HTTP without TLS. For `repositoryContexts`; the client decides by itself. */
  readonly plainHttp?: boolean;
}

/** The repositories of a registry below a sub-path. */
export function registryStore(client: RegistryClient, { host, subPath, plainHttp }: RegistryStoreOptions): ComponentStore {
  const prefix = subPath === undefined ? "" : `${subPath}/`;
  const name = `${host}${subPath === undefined ? "" : `/${subPath}`}`;
  const known = new Map<RepositoryName, ContentSource & ContentTarget>();
  const content = (repository: RepositoryName) => {
    const found = known.get(repository) ?? repositoryContent(client.repository(host, repository));
    known.set(repository, found);
    return found;
  };
  return {
    name,
    kind: "registry",
    registry: host,
    spec: {
      type: "OCIRegistry",
      baseUrl: plainHttp === true ? `http://${host}` : host,
      componentNameMapping: "urlPath",
      ...(subPath !== undefined && { subPath }),
    },
    repository: (text) => parseRepositoryName(`${prefix}${text}`),
    source: content,
    target: content,
    async *repositories(options) {
      for await (const repository of listed(client, host, options)) if (repository.startsWith(prefix)) yield repository;
    },
    close: async () => {},
    discard: async () => {},
  };
}

async function* listed(client: RegistryClient, host: string, { signal }: ReadOptions = {}): AsyncGenerator<RepositoryName> {
  try {
    yield* client.catalog(host, { ...(signal && { signal }) });
  } catch (cause) {
    const isDenied = isClientError(cause, "not-found") || isClientError(cause, "permission") || (isClientError(cause) && cause.status === 405);
    if (!isDenied) throw cause;
    throw new ClientError("refused", `${host} does not list its repositories to you: name the component (${cause.message})`, { cause });
  }
}
