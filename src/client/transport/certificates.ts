import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ClientError } from "../client-error.ts";
import type { Environment } from "../environment.ts";

/** What of TLS differs from the default for one host; empty where nothing does. */
export interface TlsMaterial {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

export interface CertificateOptions {
  readonly env: Environment;
  /** A PEM file of authorities to trust besides the usual ones. */
  readonly caFile?: string;
}

/**
 * Authorities and client certificate for a host: SSL_CERT_FILE in place of the built-in authorities, `caFile` and the
 * `*.crt` of docker's `certs.d/<host[:port]>` besides them; of `certs.d` also `<name>.cert` with `<name>.key` to show as the client's.
 * @throws ClientError `invalid` when a file that is named cannot be read
 */
export function tlsMaterial(host: string, { env, caFile }: CertificateOptions): TlsMaterial {
  const more: string[] = [];
  if (caFile !== undefined) more.push(readPem(caFile, "the CA file"));
  let client: Pick<TlsMaterial, "cert" | "key"> = {};
  for (const folder of hostFolders(host, env)) {
    for (const file of filesOf(folder)) {
      if (file.endsWith(".crt")) more.push(readPem(join(folder, file), "the CA file"));
      const key = join(folder, `${file.slice(0, -".cert".length)}.key`);
      if (file.endsWith(".cert") && existsSync(key)) client = { cert: readPem(join(folder, file), "the certificate"), key: readPem(key, "the key") };
    }
  }
  const bundle = env.SSL_CERT_FILE;
  if (!bundle && more.length === 0) return client;
  // loaded only here: the module takes longer to load than a small command to run
  const usual = bundle ? [readPem(bundle, "SSL_CERT_FILE")] : process.getBuiltinModule("node:tls").rootCertificates;
  return { ca: [...usual, ...more], ...client };
}

function hostFolders(host: string, env: Environment): string[] {
  const folder = host.replaceAll("/", "");
  return [env.HOME && join(env.HOME, ".docker", "certs.d", folder), join("/etc/docker/certs.d", folder), join("/etc/containers/certs.d", folder)].filter(
    (path): path is string => !!path,
  );
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readPem(path: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ClientError("invalid", `cannot read ${what} ${path}: ${reasonOf(cause)}`, { cause });
  }
  if (!text.includes("-----BEGIN ")) throw new ClientError("invalid", `${what} ${path} holds no PEM text`);
  return text;
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return code === "ENOENT" ? "no such file" : code === "EACCES" ? "permission denied" : code || "it is not readable";
}
