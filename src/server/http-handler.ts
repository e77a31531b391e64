import type { Access } from "../access/access.ts";
import { ANONYMOUS, type Principal } from "../access/principal.ts";
import type { ClientAddress } from "../access/trusted-proxies.ts";
import { type Awaitable, after } from "../storage/awaitable.ts";
import { challenge } from "./authentication.ts";
import { authorize, neededScope } from "./authorize.ts";
import type { Services } from "./context.ts";
import { errorReply, toRegistryError } from "./error-reply.ts";
import { type Admitted, withFreshRights } from "./fresh-rights.ts";
import { gate } from "./gate.ts";
import { DOCKER_API_VERSION } from "./headers.ts";
import { dropReply, type Handle, type HttpReply, type HttpRequest } from "./http.ts";
import type { Log } from "./log.ts";
import type { OwnHosts } from "./own-hosts.ts";
import { parsePath } from "./path-values.ts";
import type { Right } from "./route.ts";
import { matchRoute } from "./routes.ts";
import { methodNotAllowed, pathUnknown, SURFACES, type Surface, surfaceOf } from "./surface.ts";

/** Who sent a request, before its credentials are looked at. */
interface Caller {
  readonly requestId: string;
  readonly remote: string;
}

export interface HandlerOptions {
  readonly services: Services;
  readonly isOwnHost: OwnHosts;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | undefined;
  readonly log: Log;
  readonly logRequests: boolean;
}

/** What is known of a request while it is handled, for its line in the log. */
interface Trace extends Caller {
  readonly surface: Surface;
  endpoint: string;
  right: Right | undefined;
  repository: string | undefined;
  subject: string | undefined;
}

/** Characters of a path in the log. The query is left out: that of the token endpoint names accounts. */
const PATH_LIMIT = 512;

const EMPTY_QUERY = new URLSearchParams();

/**
 * Handles every request: the gate, routing, authentication, the right, the handler, and for each of them the request id, the log and the metrics.
 */
export function createHandler(options: HandlerOptions): Handle {
  const { services, isOwnHost, publicUrl, clientAddress } = options;
  const { metrics } = services;
  const rules = { open: services.access.open, isOwnHost, publicUrl };
  const nextId = createRequestIds();
  return (request) => {
    const started = performance.now();
    metrics.begin();
    const surface = surfaceOf(request.path);
    const trace: Trace = {
      requestId: nextId(),
      remote: clientAddress(request.remote, request.header("x-forwarded-for")),
      surface,
      endpoint: SURFACES[surface].label,
      right: undefined,
      repository: undefined,
      subject: undefined,
    };
    const finish = ({ status, headers, body, warnings }: HttpReply): HttpReply => {
      headers["X-Request-Id"] = trace.requestId;
      // Old clients take an answer without it, refusals included, for one of another protocol.
      if (request.path.startsWith("/v2/") || request.path === "/v2") headers[DOCKER_API_VERSION] = "registry/2.0";
      return { status, headers, body, warnings, done: (sent) => record(options, request, status, sent, trace, performance.now() - started) };
    };
    const refused = (error: unknown): HttpReply => finish(refuse(options, request, trace, error));
    try {
      const refusal = gate(request, surface, rules);
      if (refusal !== undefined) return refused(refusal);
      const reply = dispatch(options, request, trace);
      return reply instanceof Promise ? reply.then(finish).catch(refused) : finish(reply);
    } catch (error) {
      return refused(error);
    }
  };
}

function dispatch({ services }: HandlerOptions, request: HttpRequest, trace: Trace): Awaitable<HttpReply> {
  const { surface } = trace;
  const { method, path } = request;
  const match = matchRoute(path, surface);
  if (match === undefined) throw pathUnknown(surface);
  const { endpoint, texts } = match;
  const route = endpoint.methods.get(method);
  const { name, right } = route ?? endpoint.first;
  trace.endpoint = name;
  if (texts.name !== "") trace.repository = texts.name;
  trace.right = route?.right;
  const check = (principal: Principal): Principal => {
    if (right !== "public") trace.subject = principal.name;
    if (route === undefined) throw methodNotAllowed(surface, method, endpoint.methods.keys());
    authorize(services.access, principal, right, parsePath(texts).name);
    return principal;
  };
  const admit = (): Awaitable<Principal> => after(right === "public" ? ANONYMOUS : authenticate(services.access, request, trace), check);
  const serve = (principal: Principal, admitted: Admitted): Awaitable<HttpReply> => {
    if (route === undefined) throw methodNotAllowed(surface, method, endpoint.methods.keys());
    const query = request.search === "" ? EMPTY_QUERY : new URLSearchParams(request.search);
    const actor = { subject: principal.name, remote: trace.remote, requestId: trace.requestId };
    return route.handle({ services, request, principal, actor, query, admitted }, parsePath(texts));
  };
  const { rights = right === "public" ? undefined : "looked" } = route ?? endpoint.first;
  // Without access control there are no rights that could change.
  if (rights === undefined || (services.access.open && (rights === "beside" || READING.has(method))))
    return after(admit(), (principal) => serve(principal, () => principal));
  return withFreshRights(services.rights, rights, { admit, serve, drop: dropReply });
}

const READING = new Set(["GET", "HEAD"]);

function authenticate(access: Access, request: HttpRequest, caller: Caller): Awaitable<Principal> {
  const authorization = request.header("authorization");
  return authorization === undefined ? ANONYMOUS : access.authenticate(authorization, caller);
}

function refuse(options: HandlerOptions, request: HttpRequest, trace: Trace, error: unknown): HttpReply {
  const refusal = toRegistryError(error);
  if (refusal.status >= 500) {
    const cause = refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : refusal.message;
    options.log.write("error", "request failed", { id: trace.requestId, code: refusal.code, cause });
  }
  const reply = errorReply(refusal, SURFACES[trace.surface].codes);
  if (refusal.status === 401)
    reply.headers["WWW-Authenticate"] = challenge(request, { publicUrl: options.publicUrl, error: refusal, ...neededScope(trace.right, trace.repository) });
  return reply;
}

function record(options: HandlerOptions, request: HttpRequest, status: number, bytesOut: number, trace: Trace, millis: number): void {
  const { method } = request;
  const bytesIn = request.received;
  options.services.metrics.end({ endpoint: trace.endpoint, method: knownMethod(method), status, seconds: millis / 1000, bytesIn, bytesOut });
  if (!options.logRequests) return;
  options.log.write("info", "request", {
    id: trace.requestId,
    subject: trace.subject,
    remote: trace.remote,
    method,
    endpoint: trace.endpoint,
    repository: trace.repository,
    path: request.path.slice(0, PATH_LIMIT),
    status,
    bytesIn,
    bytesOut,
    millis: Math.round(millis * 100) / 100,
  });
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A method as a label: what a client invents is no label. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : "other";
}

/** Ids that are unique across processes and cheap: a random prefix and a count. */
function createRequestIds(): () => string {
  const prefix = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}
