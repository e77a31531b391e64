import { createServer } from "node:net";
import { openHtpasswd } from "../access/htpasswd.ts";
import { readSigningKey, readVerifyingKey } from "../access/signing-key.ts";
import { checkPaths } from "../config/check-paths.ts";
import { parseListen } from "../config/listen.ts";
import type { Config } from "../config/schema.ts";
import { codeOf, SettingError, unreadable } from "../config/setting-error.ts";
import { workersProblem } from "../config/workers.ts";
import { isLoopback } from "../oci/loopback.ts";
import { loadCertificate } from "./tls/load-certificate.ts";

/** Milliseconds that a certificate should be good for at the start. */
const SOON = 14 * 24 * 3_600_000;

/** What was found when the things that a configuration names were looked at. */
export interface SettingsReport {
  /** A server cannot start with these. */
  readonly problems: readonly SettingError[];
  /** It can, but this was hardly meant. */
  readonly warnings: readonly string[];
}

/** Looks at every file and folder that the configuration names, as the server does at its start. Makes nothing and asks nobody. */
export async function checkSettings(config: Config, now: number = Date.now()): Promise<SettingsReport> {
  const { access, tls } = config;
  const warnings: string[] = [];
  const checks: readonly (Promise<unknown> | undefined)[] = [
    tls && loadCertificate(tls).then(({ expiresAt }) => warnings.push(...expiryWarnings(tls.certificate, expiresAt - now))),
    readable("access.htpasswd", access.htpasswd, (path) => openHtpasswd(path, { warn: () => undefined, now: Date.now })),
    readable("access.signingKey", access.signingKey, readSigningKey),
    readable("access.previousSigningKey", access.previousSigningKey, readVerifyingKey),
  ];
  const outcomes = await Promise.allSettled(checks);
  const problems = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [asSettingError(outcome.reason)] : []));
  warnings.push(...exposureWarnings(config));
  const workers = workersProblem(config);
  return { problems: [...(workers === undefined ? [] : [workers]), ...problems, ...(await checkPaths(config))], warnings };
}

/** Runs what the server does with a file; an error names the setting. */
async function readable(setting: string, path: string | undefined, use: (path: string) => Promise<unknown>): Promise<void> {
  if (path === undefined) return;
  try {
    await use(path);
  } catch (error) {
    if (codeOf(error).startsWith("E")) {
      const code = codeOf(error);
      if (["ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "ELOOP"].includes(code)) throw unreadable(setting, path, error);
    }
    throw new SettingError(setting, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function asSettingError(error: unknown): SettingError {
  return error instanceof SettingError
    ? error
    : new SettingError("the configuration", error instanceof Error ? error.message : String(error), { cause: error });
}

function expiryWarnings(path: string, left: number): string[] {
  const days = Math.floor(left / (24 * 3_600_000));
  if (left <= 0) return [`tls.certificate: the certificate in ${path} has expired, so clients refuse it: renew it`];
  return left < SOON ? [`tls.certificate: the certificate in ${path} expires in ${days} days: renew it`] : [];
}

/** A proxy that is named by an https address ends TLS before this server. */
function exposureWarnings({ listen, tls, publicUrl }: Config): string[] {
  const { host } = parseListen(listen);
  if (tls !== undefined || isLoopback(host) || publicUrl?.startsWith("https:")) return [];
  const where = host === "" || host === "0.0.0.0" || host === "::" ? "on all addresses" : `on ${host}`;
  return [
    `listen: this server listens ${where} without TLS, so passwords and tokens travel in the clear: set tls, or publicUrl to the https address of the proxy before it`,
  ];
}

/**
 * Looks whether the address can be listened on.
 * @returns undefined when it can
 */
export function checkListen(listen: string): Promise<SettingError | undefined> {
  const { host, port } = parseListen(listen);
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(listenError(listen, error)));
    server.listen({ port, ...(host !== "" && { host }) }, () => server.close(() => resolve(undefined)));
  });
}

/** What it means that an address cannot be listened on. */
export function listenError(listen: string, error: unknown): SettingError {
  const code = codeOf(error);
  const options = { cause: error };
  if (code === "EADDRINUSE") {
    return new SettingError("listen", `${listen} is in use by another process: stop that one, or choose another address with --listen`, {
      ...options,
      kind: "general",
    });
  }
  if (code === "EACCES") {
    return new SettingError("listen", `the account of this process may not listen on ${listen}: choose a port from 1024 on with --listen`, {
      ...options,
      kind: "permission",
    });
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EAFNOSUPPORT") {
    return new SettingError("listen", `${listen} is no address of this machine: choose another with --listen`, options);
  }
  return new SettingError("listen", `${listen} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`, {
    ...options,
    kind: "general",
  });
}
