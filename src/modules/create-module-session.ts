import type { Environment } from "../client/environment.ts";
import type { RegistryClient, RegistryClientOptions } from "../client/registry-client.ts";
import { isLoopback } from "../oci/loopback.ts";
import { rememberProjects } from "./cache/known-projects.ts";
import { moduleCacheFolder } from "./cache-folder.ts";
import { createHelper } from "./helper/create-helper.ts";
import { ModuleError } from "./helper/helper.ts";
import type { HelperProcess } from "./helper/helper-process.ts";
import type { HostMethod } from "./helper/host-call.ts";
import { type SharedHelper, shareHelper } from "./helper/shared-helper.ts";
import { startHelper } from "./helper/start-helper.ts";
import type { ModuleSession } from "./module-session.ts";
import type { ModuleRouting } from "./routing/routing.ts";
import type { LocalRegistry } from "./vendor/local-registry.ts";

export interface ModuleSessionOptions {
  readonly env: Environment;
  readonly routing: ModuleRouting;
  /** How to reach registries. `plainHttp` is for all of them, whatever the routing says. */
  readonly client?: Omit<RegistryClientOptions, "plainHttp" | "env"> & { readonly plainHttp?: boolean };
  /** Never ask a registry. */
  readonly offline?: boolean;
  /** Modules on this machine, in the place of all registries: the helper asks no other. */
  readonly local?: LocalRegistry;
  /** The helper, where it was started already. */
  readonly helper?: Promise<HelperProcess>;
}

/**
 * Opens what module work needs. The helper starts with its first call, unless it was started before.
 * @throws ModuleError `invalid` where no variable says where the cache is
 */
export function createModuleSession({ env, routing, client: settings = {}, offline = false, local, helper: started }: ModuleSessionOptions): ModuleSession {
  const cache = moduleCacheFolder(env);
  const hosts = new Map<string, boolean>();
  const plainHttp = (registry: string) => settings.plainHttp ?? (hosts.get(registry) === true && isLoopback(registry) ? undefined : hosts.get(registry));
  const network = openOnce(async () => {
    const [{ createRegistryClient }, { httpMethod }] = await Promise.all([import("../client/registry-client.ts"), import("./helper/http-method.ts")]);
    const client = createRegistryClient({ ...settings, env, plainHttp });
    const http = httpMethod({
      connect(registry, options) {
        if (offline) throw new ModuleError("network", `${registry} was not asked: --offline says so`);
        hosts.set(registry, options.plainHttp);
        return client.connection(registry);
      },
    });
    return { client, http };
  });
  const http: HostMethod = local?.http ?? (async (request) => (await network()).http(request));
  const { onTrace } = settings;
  const cached: HostMethod = async ({ params }) => {
    const { HOST_METHODS } = await import("./helper/protocol.ts");
    onTrace?.({ kind: "module-cache", ...HOST_METHODS.cached.params.parse(params) });
    return { result: {} };
  };
  const helper = shareHelper(createHelper({ start: () => started ?? startHelper(env), methods: { http, cached } }));
  const shared = { helper, client: async () => (await network()).client, cache, offline, local, hosts, home: env.HOME, watched: onTrace !== undefined };
  return sessionOf(shared, routing);
}

interface Network {
  readonly client: RegistryClient;
  readonly http: HostMethod;
}

function openOnce(open: () => Promise<Network>): () => Promise<Network> {
  let opened: Promise<Network> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

interface Shared extends Pick<ModuleSession, "client" | "cache" | "offline"> {
  readonly helper: SharedHelper;
  readonly local: LocalRegistry | undefined;
  /** Whether a host is spoken to without TLS. */
  readonly hosts: Map<string, boolean>;
  readonly home: string | undefined;
  /** Somebody is told what comes from the cache. */
  readonly watched: boolean;
}

function sessionOf(shared: Shared, routing: ModuleRouting): ModuleSession {
  const { helper, client, cache, offline, local, hosts, home, watched } = shared;
  for (const { host, insecure } of routing.routes) hosts.set(host, insecure);
  const common = { cache, ...(watched && { watched }) };
  const settings = local === undefined ? { ...common, registry: routing.registry, ...(offline && { offline }) } : { ...common, registry: local.registry };
  return {
    helper: rememberProjects(helper.with(settings), home),
    client,
    routing,
    cache,
    offline,
    withRouting: async (other) => sessionOf(shared, other),
    cachedOnly: () => sessionOf({ ...shared, offline: true }, routing),
    close: () => helper.close(),
  };
}
