import { ClientError } from "../client-error.ts";
import { IdleError } from "./idle-guard.ts";

/** What the codes of the system and of the TLS library mean to people, with the next step. */
const REASONS: Readonly<Record<string, string>> = {
  ConnectionRefused: "the connection was refused: is the registry running, and is the port right?",
  ECONNREFUSED: "the connection was refused: is the registry running, and is the port right?",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the name could not be looked up: try again later",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ECONNRESET: "the connection broke off",
  ConnectionClosed: "the connection broke off",
  EPIPE: "the connection broke off",
  ETIMEDOUT: "the connection timed out",
  FailedToOpenSocket: "the host cannot be reached: check its name, the port and the network",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed: name the authority with SSL_CERT_FILE or --ca-file",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is of an unknown authority: name the authority with SSL_CERT_FILE or --ca-file",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is of an unknown authority: name the authority with SSL_CERT_FILE or --ca-file",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is of an unknown authority: name the authority with SSL_CERT_FILE or --ca-file",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is of an unknown authority: name the authority with SSL_CERT_FILE or --ca-file",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** Makes of whatever `fetch` threw an error for the user. An abort by the caller and a `ClientError` stay what they are. */
export function networkError(url: URL, cause: unknown): unknown {
  if (cause instanceof ClientError) return cause;
  if (cause instanceof Error && cause.name === "AbortError") return cause;
  return new ClientError("network", `cannot reach ${url.host}: ${reasonOf(cause, url)}`, { cause });
}

/** True where the other side speaks TLS, but its certificate is not accepted. */
export function isCertificateError(error: unknown): boolean {
  const cause = error instanceof ClientError ? error.cause : error;
  return cause instanceof Error && "code" in cause && /CERT|SELF_SIGNED|^UNABLE_TO_/.test(String(cause.code));
}

function reasonOf(cause: unknown, url: URL): string {
  if (cause instanceof IdleError) return `${cause.message}: try again later, or check the network`;
  if (!(cause instanceof Error)) return "unknown error";
  const code = "code" in cause ? String(cause.code) : "";
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (/socket connection was closed/i.test(cause.message)) return REASONS.ECONNRESET ?? "";
  if (/SSL|TLS|certificate/i.test(`${code} ${cause.message}`) && url.protocol === "https:") {
    return `TLS failed (${code || cause.message}): if it speaks plain HTTP, say so with --plain-http`;
  }
  return code || "unknown error";
}
