import { readFile } from "node:fs/promises";
import { S3Error } from "./error.ts";

/** Files that hold the two keys, each alone; read again after a minute, so that they may be changed. */
export interface CredentialFiles {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When temporary ones end. */
  readonly expiration?: Date;
}

/** @param anew asks their source again, whatever is remembered */
export type CredentialSource = (anew?: boolean) => Promise<Credentials>;

const REMEMBERED = 60_000;

/** Credentials from files, or as AWS' own programs find them: environment, profile, web identity, container, instance. */
export async function openCredentials(files: CredentialFiles | undefined): Promise<CredentialSource> {
  return files === undefined ? await fromChain() : fromFiles(files);
}

async function fromChain(): Promise<CredentialSource> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const provider = defaultProvider();
  return async (anew = false) => {
    try {
      return await provider({ forceRefresh: anew });
    } catch (cause) {
      throw missing(`there are no credentials for S3 (${firstLine(cause)})`, cause);
    }
  };
}

function fromFiles(files: CredentialFiles): CredentialSource {
  let remembered: { readonly at: number; readonly credentials: Credentials } | undefined;
  return async (anew = false) => {
    const now = performance.now();
    if (remembered === undefined || anew || now - remembered.at > REMEMBERED) {
      const [accessKeyId, secretAccessKey] = await Promise.all([readKey(files.accessKeyId), readKey(files.secretAccessKey)]);
      remembered = { at: now, credentials: { accessKeyId, secretAccessKey } };
    }
    return remembered.credentials;
  };
}

async function readKey(path: string): Promise<string> {
  const key = await readFile(path, "utf8").catch((cause: unknown) => {
    throw missing(`the file '${path}' with a key for S3 cannot be read (${firstLine(cause)})`, cause);
  });
  if (key.trim() === "") throw missing(`the file '${path}' that should hold a key for S3 is empty`);
  return key.trim();
}

const SOURCES = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role, or storage.content.accessKeyIdFile and secretAccessKeyFile";

function missing(message: string, cause?: unknown): S3Error {
  return new S3Error(`${message}: ${SOURCES}`, { code: "NoCredentials", cause });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
