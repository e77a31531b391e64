import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type SecureContext } from "node:tls";

/** Milliseconds between two looks at the files. */
const LOOK = 1000;

export interface CertificateFiles {
  /** PEM, the server's certificate first, then the chain. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface Certificate {
  /** The context for the next connection. */
  current(): SecureContext;
  /** Reads the files again, also where nothing tells that they changed. */
  reload(): Promise<void>;
  stop(): void;
}

/**
 * Reads a certificate and its key, and again whenever one of the files changes. New files that cannot be used, such as a
 * certificate whose key is still to come, are told to `warn` and change nothing.
 * @throws Error when the files cannot be used at the start
 */
export async function openCertificate(files: CertificateFiles, warn: (message: string) => void, changed: () => void): Promise<Certificate> {
  let state = await stateOf(files);
  let context = await load(files);
  let looking = false;
  const look = async (anyway: boolean) => {
    if (looking) return;
    looking = true;
    try {
      const now = await stateOf(files);
      if (now === state && !anyway) return;
      state = now;
      context = await load(files);
      changed();
    } catch (error) {
      warn(`the new TLS certificate cannot be used, the one before stays: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => look(false), LOOK);
  timer.unref();
  return { current: () => context, reload: () => look(true), stop: () => clearInterval(timer) };
}

async function load(files: CertificateFiles): Promise<SecureContext> {
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error(`${files.key} is not the key of the certificate in ${files.certificate}`);
  }
  return createSecureContext({ cert, key });
}

/** Changes when either file does, or when a link on the way to it leads elsewhere. */
async function stateOf({ certificate, key }: CertificateFiles): Promise<string> {
  const states = await Promise.all([certificate, key].map((path) => stat(path)));
  return states.map(({ ino, size, mtimeMs }) => `${ino}:${size}:${mtimeMs}`).join(" ");
}
