import manifest from "../../../package.json" with { type: "json" };
import { Authenticator } from "../auth/authenticator.ts";
import { ClientError } from "../client-error.ts";
import type { CredentialStore } from "../credentials/credential.ts";
import type { Environment } from "../environment.ts";
import { warningTexts } from "../extension/warnings.ts";
import { type OriginOptions, registryOrigin } from "../registry-host.ts";
import type { TraceListener } from "../trace.ts";
import { tlsMaterial } from "./certificates.ts";
import { SourceFailure } from "./exchange.ts";
import { IdleError } from "./idle-guard.ts";
import { networkError } from "./network-error.ts";
import { proxyFor } from "./proxy.ts";
import { isRedirect, leavesHost, redirected } from "./redirect.ts";
import { isStreamed, type Reply, type Transport, type TransportRequest } from "./request.ts";
import { isBrokenConnection, isRepeatable, isRepeatableAfter, pause, type RetryPolicy, retryDelay } from "./retry.ts";
import { safeUrl } from "./safe-url.ts";
import { tracedExchange } from "./traced-exchange.ts";

export interface TransportOptions extends OriginOptions {
  /** Default: as `registryOrigin` gives it. */
  readonly origin?: URL;
  readonly env: Environment;
  readonly credentials: CredentialStore;
  readonly caFile?: string;
  readonly retry: RetryPolicy;
  /** Milliseconds. */
  readonly idleLimit: number;
  /** Told each warning of an answer (distribution-spec, "Warnings"). It must not throw. */
  readonly onWarning?: (text: string) => void;
  /** Told each request when it is over, and each that is sent again. */
  readonly onTrace?: TraceListener;
}

/** What every request calls itself. */
const USER_AGENT = `opm/${manifest.version}`;

/** Redirects that one request follows. */
const REDIRECT_LIMIT = 10;

/** Opens the way to one registry. Nothing is sent before the first request. */
export function createTransport(registry: string, options: TransportOptions): Transport {
  const origin = options.origin ?? registryOrigin(registry, options);
  const plain = async (request: TransportRequest) => {
    const reply = await sendRetrying(request, options);
    const warning = reply.headers.get("Warning");
    if (warning !== null && options.onWarning !== undefined) for (const text of warningTexts(warning)) options.onWarning(text);
    return reply;
  };
  const authenticator = new Authenticator({ registry, origin, credentials: options.credentials, send: plain });
  return {
    async send(request) {
      if (request.url.origin !== origin.origin) return await sendRedirected(request, plain);
      const scopes = request.scopes ?? [];
      const header = await authenticator.header(scopes);
      const reply = await sendRedirected(withAuthorization(request, header), plain);
      if (reply.status !== 401 || isStreamed(request.body) || reply.url.origin !== origin.origin) return reply;
      const better = await authenticator.answer(reply.headers.get("WWW-Authenticate"), scopes, header).catch(async (error) => {
        await reply.discard();
        throw error;
      });
      if (better === undefined) return reply;
      await reply.discard();
      return await sendRedirected(withAuthorization(request, better), plain);
    },
    loginHint: (repository) => authenticator.hint(repository),
    strangerHint: (repository) => authenticator.strangerHint(repository),
    get loginTrouble() {
      return authenticator.trouble;
    },
  };
}

function withAuthorization(request: TransportRequest, header: string | undefined): TransportRequest {
  return header === undefined ? request : { ...request, headers: { ...request.headers, Authorization: header } };
}

async function sendRedirected(first: TransportRequest, send: (request: TransportRequest) => Promise<Reply>): Promise<Reply> {
  let request = first;
  for (let hops = 0; hops <= REDIRECT_LIMIT; hops++) {
    const reply = await send(request);
    if (!isRedirect(request, reply) || isStreamed(request.body)) return reply;
    if (request.staysWithHost === true && leavesHost(request, reply)) return reply;
    await reply.discard();
    request = redirected(request, reply);
  }
  throw new ClientError("network", `${first.url.host} redirects more than ${REDIRECT_LIMIT} times: it may be misconfigured`);
}

async function sendRetrying(request: TransportRequest, options: TransportOptions): Promise<Reply> {
  const { env, caFile, onTrace } = options;
  const retry = { ...options.retry, attempts: request.attempts ?? options.retry.attempts };
  const exchangeOptions = {
    idleLimit: request.idleLimit ?? options.idleLimit,
    proxy: proxyFor(request.url, env),
    tls: request.url.protocol === "https:" ? tlsMaterial(request.url.host, { env, ...(caFile !== undefined && { caFile }) }) : {},
  };
  const full = { ...request, headers: { "User-Agent": USER_AGENT, ...request.headers } };
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= retry.attempts;
    let wait: number | undefined;
    try {
      const reply = await tracedExchange(full, exchangeOptions, onTrace);
      wait = last || !isRepeatableAfter(request, reply.status) ? undefined : retryDelay(retry, attempt, reply.headers.get("Retry-After"));
      if (wait === undefined) return reply;
      await reply.discard();
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (error instanceof SourceFailure) throw error.cause;
      // a registry that fell silent once is asked once more, not as often as one that broke off
      const again = isBrokenConnection(error) || (error instanceof IdleError && attempt === 1);
      wait = last || !again || !isRepeatable(request) ? undefined : retryDelay(retry, attempt);
      if (wait === undefined) throw networkError(request.url, error);
    }
    onTrace?.({ kind: "retry", method: request.method, url: safeUrl(request.url), attempt: attempt + 1, attempts: retry.attempts, wait: Math.round(wait) });
    await pause(wait, request.signal);
  }
}
