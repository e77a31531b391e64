import { type OpenedStores, type OpenOptions, openStores } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "./log.ts";
import { type OpenServices, openServices, type WorkerRole } from "./open-services.ts";
import { type Certificate, openCertificate } from "./tls/certificate.ts";

/** What a process of a registry works with, whether it answers requests or looks after those that do. */
export interface OpenParts {
  readonly stores: OpenedStores;
  readonly services: OpenServices;
  /** Set: it serves TLS. */
  readonly certificate: Certificate | undefined;
  /** Stores what was counted, and closes all. To be called when no request is handled any more. */
  close(): Promise<void>;
}

export interface PartsOptions extends Pick<OpenOptions, "create" | "adopt"> {
  /** Set: another process of this registry looks after this one. */
  readonly worker?: WorkerRole;
}

/** Opens the stores, access control and the certificate that a configuration names. What fails closes what was opened before. */
export async function openParts(config: Config, log: Log, { worker, ...options }: PartsOptions): Promise<OpenParts> {
  const stores = await openStores(config, { ...options, processes: worker?.of, waiting: (message) => log.write("warn", message) });
  let services: OpenServices | undefined;
  let certificate: Certificate | undefined;
  const close = async (): Promise<void> => {
    await services?.stop();
    await stores.close();
    certificate?.stop();
  };
  try {
    services = await openServices(config, stores, { log, worker });
    certificate =
      config.tls &&
      (await openCertificate(
        config.tls,
        (message) => log.write("warn", message),
        () => log.write("info", "serving a new TLS certificate"),
      ));
    return { stores, services, certificate, close };
  } catch (error) {
    await close();
    throw error;
  }
}
