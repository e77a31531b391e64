import { ClientError } from "../client-error.ts";
import { registryOrigin } from "../registry-host.ts";
import { isCertificateError } from "./network-error.ts";
import { isStreamed, type Reply, type Transport, type TransportRequest } from "./request.ts";
import { isBrokenConnection } from "./retry.ts";
import { safeUrl } from "./safe-url.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/** Answers after which it is not known yet that the other side speaks plain HTTP: Go's servers say 400 to what should be TLS. */
const UNCLEAR: ReadonlySet<number> = new Set([400, 408, 429, 500, 502, 503, 504]);

/**
 * Opens the way to a registry of the loopback. It is spoken to in plain HTTP, unless the first request shows that it wants TLS:
 * the connection breaks off, or the answer is 400, and a handshake works.
 */
export function createLoopbackTransport(registry: string, options: TransportOptions): Transport {
  const origin = registryOrigin(registry, options);
  const plain = createTransport(registry, options);
  const secure = createTransport(registry, { ...options, origin: new URL(`https://${origin.host}`) });
  let known: Transport | undefined;
  const resend = (request: TransportRequest) => (known === secure ? secure.send(overTls(request, origin)) : plain.send(request));
  const again = async (request: TransportRequest) => {
    const { method, url } = request;
    options.onTrace?.({ kind: "retry", method, url: safeUrl(url), attempt: 1, attempts: request.attempts ?? options.retry.attempts, wait: 0 });
    return await resend(request);
  };
  return {
    async send(request) {
      if (known !== undefined || isStreamed(request.body) || request.url.host !== origin.host) return await resend(request);
      let reply: Reply;
      try {
        reply = await plain.send({ ...request, attempts: 1 });
      } catch (error) {
        if (!(error instanceof ClientError) || !isBrokenConnection(error.cause)) throw error;
        if (await speaksTls(secure, origin)) known = secure;
        return await again(request);
      }
      if (!UNCLEAR.has(reply.status)) {
        known = plain;
        return reply;
      }
      if (reply.status === 400 && !(await speaksTls(secure, origin))) return reply;
      if (reply.status === 400) known = secure;
      await reply.discard();
      return await again(request);
    },
    loginHint: (repository) => (known ?? plain).loginHint(repository),
    strangerHint: (repository) => (known ?? plain).strangerHint(repository),
    get loginTrouble() {
      return (known ?? plain).loginTrouble;
    },
  };
}

/** @throws ClientError when it does, with a certificate that is not accepted */
async function speaksTls(secure: Transport, origin: URL): Promise<boolean> {
  try {
    const reply = await secure.send({ method: "GET", url: new URL("/v2/", `https://${origin.host}`), attempts: 1 });
    await reply.discard();
    return true;
  } catch (error) {
    if (isCertificateError(error)) throw error;
    // A refusal is an answer, which came through TLS: what was asked for will meet it, too.
    return error instanceof ClientError && error.kind !== "network";
  }
}

function overTls(request: TransportRequest, origin: URL): TransportRequest {
  if (request.url.host !== origin.host) return request;
  const url = new URL(request.url);
  url.protocol = "https:";
  return { ...request, url };
}
