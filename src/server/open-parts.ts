import { type OpenedStores, type OpenOptions, openStores } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "./log.ts";
import { type OpenServices, openServices } from "./open-services.ts";
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

/** Opens the stores, access control and the certificate that a configuration names. What fails closes what was opened before. */
export async function openParts(config: Config, log: Log, options: Pick<OpenOptions, "create" | "adopt">): Promise<OpenParts> {
  const stores = await openStores(config, { ...options, waiting: (message) => log.write("warn", message) });
  let services: OpenServices | undefined;
  let certificate: Certificate | undefined;
  const close = async (): Promise<void> => {
    await services?.stop();
    await stores.close();
    certificate?.stop();
  };
  try {
    services = await openServices(config, stores, log);
    certificate = config.tls && (await openCertificate(config.tls, warning, renewed));
    return { stores, services, certificate, close };
  } catch (error) {
    await close();
    throw error;
  }

  function warning(message: string): void {
    log.write("warn", message);
  }

  function renewed(): void {
    log.write("info", "serving a new TLS certificate");
  }
}
