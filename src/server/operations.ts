import { Hono } from "hono";
import type { Access } from "../access/access.ts";
import { TOKEN_PATH } from "./authentication.ts";
import type { Caller, OtherHandler } from "./http-handler.ts";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";
import { handleToken } from "./token.ts";

export interface OperationsOptions {
  readonly access: Access;
  readonly idle: number;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
}

interface Environment {
  Bindings: { readonly caller: Caller };
}

/** What the server answers beside `/v2/`: the token endpoint, health, readiness and metrics. */
export function createOperations({ access, idle, metrics, readiness }: OperationsOptions): OtherHandler {
  const app = new Hono<Environment>();
  app.all(TOKEN_PATH, (c) => handleToken({ access, idle }, c.req.raw, c.env.caller));
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
    const response = await app.fetch(request, { caller });
    return response.headers.has(NOT_HERE) ? undefined : response;
  };
}

/** Marks, inside this file only, that no route matched. */
const NOT_HERE = "X-Not-Here";
