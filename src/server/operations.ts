import { Hono } from "hono";
import type { Access } from "../access/access.ts";
import { RegistryError } from "../oci/errors.ts";
import { TOKEN_PATH } from "./authentication.ts";
import { readSmallBody } from "./body.ts";
import type { HttpRequest } from "./http.ts";
import type { Caller, OtherHandler } from "./http-handler.ts";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";
import { handleToken } from "./token.ts";

/** Bytes of a body. */
const BODY_LIMIT = 64 * 1024;

export interface OperationsOptions {
  readonly access: Access;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
}

interface Environment {
  Bindings: { readonly caller: Caller };
}

/** What the server answers beside `/v2/`: the token endpoint, health, readiness and metrics. */
export function createOperations({ access, metrics, readiness }: OperationsOptions): OtherHandler {
  const app = new Hono<Environment>();
  app.all(TOKEN_PATH, (c) => handleToken({ access }, c.req.raw, c.env.caller));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const { ready, checks } = await readiness();
    return c.json({ status: ready ? "ok" : "unavailable", checks }, ready ? 200 : 503);
  });
  app.get("/metrics", async (c) => {
    access.authorizeAdministration(await access.authenticate(c.req.header("authorization") ?? null, c.env.caller));
    return c.body(await metrics.render(), 200, { "Content-Type": metrics.contentType });
  });
  app.notFound((c) => c.body(null, 404, { [NOT_HERE]: "1" }));
  app.onError((error) => {
    throw error;
  });
  return async (request, caller) => {
    const response = await app.fetch(await webRequest(request), { caller });
    if (response.headers.has(NOT_HERE)) return undefined;
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.bytes() };
  };
}

async function webRequest(request: HttpRequest): Promise<Request> {
  const { method, origin, path, search } = request;
  const url = (URL.parse(`${origin}${path}?${search}`) ?? new URL(`http://localhost${path}?${search}`)).href;
  const headers = new Headers();
  for (const name of Object.keys(request.headers)) headers.set(name, request.header(name) ?? "");
  if (!request.hasBody || method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  const tooLarge = () => new RegistryError("BODY_TOO_LARGE", `the body is larger than ${BODY_LIMIT} bytes`);
  return new Request(url, { method, headers, body: await readSmallBody(request, { limit: BODY_LIMIT, tooLarge }) });
}

/** Marks, inside this file only, that no route matched. */
const NOT_HERE = "X-Not-Here";
