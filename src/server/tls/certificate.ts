import { stat } from "node:fs/promises";
import type { SecureContext } from "node:tls";
import { type CertificateFiles, loadCertificate } from "./load-certificate.ts";

/** Milliseconds between two looks at the files. */
const LOOK = 1000;

export interface Certificate {
  /** The context for the next connection. */
  current(): SecureContext;
  /** Unix milliseconds at which the one that is served ends. */
  expiresAt(): number;
  /** Reads the files again, also where nothing tells that they changed. */
  reload(): Promise<void>;
  stop(): void;
}

/**
 * Reads a certificate and its key, and again whenever one of the files changes. New files that cannot be used, such as a
 * certificate whose key is still to come, are told to `warn` and change nothing.
 * @throws SettingError when the files cannot be used at the start
 */
export async function openCertificate(files: CertificateFiles, warn: (message: string) => void, changed: () => void): Promise<Certificate> {
  // What cannot be looked at cannot be read either, and that says which file it is.
  let state = await stateOf(files).catch(() => "");
  let loaded = await loadCertificate(files);
  let looking = false;
  const look = async (anyway: boolean) => {
    if (looking) return;
    looking = true;
    try {
      const now = await stateOf(files);
      if (now === state && !anyway) return;
      state = now;
      loaded = await loadCertificate(files);
      changed();
    } catch (error) {
      warn(`the new TLS certificate cannot be used, the one before stays: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => look(false), LOOK);
  timer.unref();
  return { current: () => loaded.context, expiresAt: () => loaded.expiresAt, reload: () => look(true), stop: () => clearInterval(timer) };
}

/** Changes when either file does, or when a link on the way to it leads elsewhere. */
async function stateOf({ certificate, key }: CertificateFiles): Promise<string> {
  const states = await Promise.all([certificate, key].map((path) => stat(path)));
  return states.map(({ ino, size, mtimeMs }) => `${ino}:${size}:${mtimeMs}`).join(" ");
}
