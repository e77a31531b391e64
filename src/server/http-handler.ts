import type { Access } from "../access/access.ts";
import { type Action, ANONYMOUS, type Principal } from "../access/principal.ts";
import type { ClientAddress } from "../access/trusted-proxies.ts";
import type { Operation } from "../api/operation.ts";
import { OPERATIONS } from "../api/operations.ts";
import { RegistryError } from "../oci/errors.ts";
import { challenge } from "./authentication.ts";
import type { Services } from "./context.ts";
import { errorReply, toRegistryError } from "./error-reply.ts";
import { type Extension, findTarget } from "./extension/extension.ts";
import { isDistributionPath, isExtensionPath, matchPath } from "./extension/match-path.ts";
import { getOpenApi, OPENAPI_PATH } from "./extension/openapi-endpoint.ts";
import { gate } from "./gate.ts";
import { DOCKER_API_VERSION } from "./headers.ts";
import type { HttpReply, HttpRequest } from "./http.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { OwnHosts } from "./own-hosts.ts";
import { findOperation, handleRoute } from "./v2/handler.ts";
import { parseRoute } from "./v2/route.ts";

/** Answers a request that is neither for `/v2/` nor for the package API; undefined when there is nothing at its path. */
export type OtherHandler = (request: HttpRequest, caller: Caller) => Promise<HttpReply | undefined>;

/** Who sent a request, before its credentials are looked at. */
export interface Caller {
  readonly requestId: string;
  readonly remote: string;
}

export interface HandlerOptions {
  readonly services: Services;
  readonly extension: Extension;
  readonly isOwnHost: OwnHosts;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | undefined;
  readonly log: Log;
  readonly logRequests: boolean;
  readonly metrics: Metrics;
  readonly other: OtherHandler;
}

/** What is known of a request while it is handled, for its line in the log. */
interface Trace extends Caller {
  endpoint: string;
  repository: string | undefined;
  subject: string | undefined;
}

/** Characters of a path in the log. The query is left out: that of the token endpoint names accounts. */
const PATH_LIMIT = 512;

const EMPTY_QUERY = new URLSearchParams();

/**
 * Handles every request: the gate, routing, authentication, the endpoint, and for each of them the request id, the log and the metrics.
 * It never throws.
 */
export function createHandler(options: HandlerOptions): (request: HttpRequest) => Promise<HttpReply> {
  const { metrics, services, isOwnHost, publicUrl, clientAddress } = options;
  const rules = { open: services.access.open, isOwnHost, publicUrl };
  const nextId = createRequestIds();
  return async (request) => {
    const started = performance.now();
    metrics.begin();
    const trace: Trace = {
      requestId: nextId(),
      remote: clientAddress(request.remote, request.header("x-forwarded-for")),
      endpoint: "other",
      repository: undefined,
      subject: undefined,
    };
    let reply: HttpReply;
    try {
      const refusal = gate(request, rules);
      if (refusal !== undefined) throw refusal;
      reply = await dispatch(options, request, trace);
    } catch (error) {
      reply = refuse(options, request, trace, error);
    }
    reply.headers["X-Request-Id"] = trace.requestId;
    // Old clients take an answer without it, refusals included, for one of another protocol.
    if (request.path.startsWith("/v2/") || request.path === "/v2") reply.headers[DOCKER_API_VERSION] = "registry/2.0";
    const { status } = reply;
    return { ...reply, done: (sent) => record(options, request, status, sent, trace, performance.now() - started) };
  };
}

async function dispatch(options: HandlerOptions, request: HttpRequest, trace: Trace): Promise<HttpReply> {
  const { path, search } = request;
  if (isExtensionPath(path)) return dispatchExtension(options, request, trace);
  if (path !== "/v2" && !path.startsWith("/v2/")) {
    const reply = await options.other(request, trace);
    if (reply !== undefined) return reply;
    throw new RegistryError("PATH_UNKNOWN", "there is nothing at this path; the registry's API is under /v2/");
  }
  const route = parseRoute(path.slice("/v2/".length));
  if (route === undefined) throw new RegistryError("UNSUPPORTED", "this path is no endpoint of the distribution specification", { status: 404 });
  trace.endpoint = route.endpoint;
  if (route.name !== "") trace.repository = route.name;
  const principal = await authenticate(options.services.access, request, trace);
  trace.subject = principal.name;
  const query = search === "" ? EMPTY_QUERY : new URLSearchParams(search);
  const actor = { subject: principal.name, remote: trace.remote, requestId: trace.requestId };
  return handleRoute({ services: options.services, request, principal, actor, query }, route);
}

async function dispatchExtension({ services, extension }: HandlerOptions, request: HttpRequest, trace: Trace): Promise<HttpReply> {
  trace.endpoint = "package-api";
  if (request.path === OPENAPI_PATH) return getOpenApi(request);
  const target = findTarget(request);
  trace.endpoint = target.id;
  trace.repository = target.path.name;
  const principal = await authenticate(services.access, request, trace);
  trace.subject = principal.name;
  const actor = { subject: principal.name, remote: trace.remote, requestId: trace.requestId };
  return extension(target, { request, principal, actor });
}

function authenticate(access: Access, request: HttpRequest, caller: Caller): Principal | Promise<Principal> {
  const authorization = request.header("authorization");
  return authorization === undefined ? ANONYMOUS : access.authenticate(authorization, caller);
}

function refuse(options: HandlerOptions, request: HttpRequest, trace: Trace, error: unknown): HttpReply {
  const refusal = toRegistryError(error);
  if (refusal.status >= 500) {
    const cause = refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : refusal.message;
    options.log.write("error", "request failed", { id: trace.requestId, code: refusal.code, cause });
  }
  const reply = errorReply(refusal, isDistributionPath(request.path) ? "distribution" : "own");
  if (refusal.status === 401) reply.headers["WWW-Authenticate"] = challenge(request, { publicUrl: options.publicUrl, error: refusal, ...neededScope(request) });
  return reply;
}

interface Scope {
  readonly repository?: string;
  readonly actions?: readonly string[];
}

/** The scope that a caller needs a token for, as the challenge names it. */
function neededScope(request: HttpRequest): Scope {
  const { method, path } = request;
  if (isExtensionPath(path)) return extensionScope(path, method);
  const route = path.startsWith("/v2/") ? parseRoute(path.slice("/v2/".length)) : undefined;
  if (route === undefined || route.name === "") return {};
  return scopeOf(route.name, findOperation(route, method)?.action);
}

function extensionScope(path: string, method: string): Scope {
  const match = matchPath(path);
  const id = match?.methods.get(method);
  const action = id === undefined ? undefined : (OPERATIONS[id] as Operation).action;
  return match?.path.name === undefined ? {} : scopeOf(match.path.name, action);
}

function scopeOf(repository: string, action: Action | undefined): Scope {
  return action === undefined ? {} : { repository, actions: action === "push" ? ["pull", "push"] : [action] };
}

function record(options: HandlerOptions, request: HttpRequest, status: number, bytesOut: number, trace: Trace, millis: number): void {
  const { method } = request;
  const bytesIn = request.received;
  options.metrics.end({ endpoint: trace.endpoint, method: knownMethod(method), status, seconds: millis / 1000, bytesIn, bytesOut });
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
