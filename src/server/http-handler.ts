import type { Access } from "../access/access.ts";
import { ANONYMOUS, type Principal } from "../access/principal.ts";
import { RegistryError } from "../oci/errors.ts";
import { challenge } from "./authentication.ts";
import type { Services } from "./context.ts";
import { errorResponse, toRegistryError } from "./error-response.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { findOperation, handleRoute } from "./v2/handler.ts";
import { parseRoute, type Route } from "./v2/route.ts";

/** Answers a request that is not for `/v2/`; undefined when there is nothing at its path. */
export type OtherHandler = (request: Request, caller: Caller, path: string) => Promise<Response | undefined>;

/** Who sent a request, before its credentials are looked at. */
export interface Caller {
  readonly requestId: string;
  readonly remote: string;
}

export interface HandlerOptions {
  readonly services: Services;
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

const EMPTY_QUERY = new URLSearchParams();

/**
 * Handles every request: routing, authentication, the endpoint, and for each of them the request id, the log and the metrics.
 * It never throws.
 */
export function createHandler(options: HandlerOptions): (request: Request, remote: string) => Promise<Response> {
  const { metrics } = options;
  const nextId = createRequestIds();
  return async (request, remote) => {
    const started = performance.now();
    metrics.begin();
    const trace: Trace = { requestId: nextId(), remote, endpoint: "other", repository: undefined, subject: undefined };
    let response: Response;
    try {
      response = await dispatch(options, request, trace);
    } catch (error) {
      response = refuse(options, request, trace, error);
    }
    response.headers.set("X-Request-Id", trace.requestId);
    record(options, request, response, trace, performance.now() - started);
    return response;
  };
}

async function dispatch(options: HandlerOptions, request: Request, trace: Trace): Promise<Response> {
  const { url } = request;
  const pathStart = url.indexOf("/", url.indexOf("://") + 3);
  const queryStart = url.indexOf("?", pathStart);
  const path = queryStart < 0 ? url.slice(pathStart) : url.slice(pathStart, queryStart);
  if (path !== "/v2" && !path.startsWith("/v2/")) {
    trace.endpoint = "other";
    const response = await options.other(request, trace, path);
    if (response !== undefined) return response;
    throw new RegistryError("UNSUPPORTED", "there is nothing at this path; the registry's API is under /v2/", { status: 404 });
  }
  const route = parseRoute(path.slice("/v2/".length));
  if (route === undefined) throw new RegistryError("UNSUPPORTED", "this path is no endpoint of the distribution specification", { status: 404 });
  trace.endpoint = route.endpoint;
  if (route.name !== "") trace.repository = route.name;
  const principal = await authenticate(options.services.access, request, trace);
  trace.subject = principal.name;
  const query = queryStart < 0 ? EMPTY_QUERY : new URLSearchParams(url.slice(queryStart + 1));
  const actor = { subject: principal.name, remote: trace.remote, requestId: trace.requestId };
  return handleRoute({ services: options.services, request, principal, actor, query }, route);
}

function authenticate(access: Access, request: Request, caller: Caller): Principal | Promise<Principal> {
  const authorization = request.headers.get("authorization");
  return authorization === null ? ANONYMOUS : access.authenticate(authorization, caller);
}

function refuse(options: HandlerOptions, request: Request, trace: Trace, error: unknown): Response {
  const refusal = toRegistryError(error);
  if (refusal.status >= 500) {
    const cause = refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : refusal.message;
    options.log.write("error", "request failed", { id: trace.requestId, code: refusal.code, cause });
  }
  const response = errorResponse(refusal);
  if (refusal.status === 401)
    response.headers.set("WWW-Authenticate", challenge(request, { publicUrl: options.publicUrl, error: refusal, ...neededScope(request) }));
  return response;
}

/** The scope that a caller needs a token for, as the challenge names it. */
function neededScope(request: Request): { repository?: string; actions?: readonly string[] } {
  const route = routeOf(request);
  if (route === undefined || route.name === "") return {};
  const action = findOperation(route, request.method)?.action;
  if (action === undefined) return {};
  return { repository: route.name, actions: action === "push" ? ["pull", "push"] : [action] };
}

function routeOf(request: Request): Route | undefined {
  const path = URL.parse(request.url)?.pathname ?? "";
  return path.startsWith("/v2/") ? parseRoute(path.slice("/v2/".length)) : undefined;
}

function record(options: HandlerOptions, request: Request, response: Response, trace: Trace, millis: number): void {
  const { method } = request;
  const bytesIn = Number(request.headers.get("content-length") ?? 0);
  const bytesOut = method === "HEAD" ? 0 : Number(response.headers.get("content-length") ?? 0);
  options.metrics.end({ endpoint: trace.endpoint, method: knownMethod(method), status: response.status, seconds: millis / 1000, bytesIn, bytesOut });
  if (!options.logRequests) return;
  options.log.write("info", "request", {
    id: trace.requestId,
    subject: trace.subject,
    remote: trace.remote,
    method,
    endpoint: trace.endpoint,
    repository: trace.repository,
    path: pathOf(request.url),
    status: response.status,
    bytesIn,
    bytesOut,
    millis: Math.round(millis * 100) / 100,
  });
}

/** Only the path: queries of other endpoints may carry secrets. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return url.slice(start, end < 0 ? Math.min(url.length, start + 512) : Math.min(end, start + 512));
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
