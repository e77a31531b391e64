import { ClientError, isClientError } from "../../client/client-error.ts";
import { ModuleError } from "../helper/helper.ts";
import { NO_ROUTE } from "../reference/route-hint.ts";
import { isConfigured, type ModuleRouting, NO_REGISTRY, type Route } from "./routing.ts";

/** The error of a registry that could not be reached or failed says as well what chose this registry. Other errors stay as they are. */
export function withOriginHint(error: unknown, routing: Pick<ModuleRouting, "routes">): unknown {
  if (error instanceof ModuleError && error.code === "network") {
    const { code, diagnostics, details, root } = error;
    const options = { cause: error, diagnostics: [...diagnostics], details, ...(root !== undefined && { root }) };
    return new ModuleError(code, withHint(error.message, routing), options);
  }
  if (isClientError(error, "network")) {
    const { kind, status, code } = error;
    const options = { cause: error, ...(status !== undefined && { status }), ...(code !== undefined && { code }) };
    return new ClientError(kind, withHint(error.message, routing), options);
  }
  return error;
}

function withHint(message: string, { routes }: Pick<ModuleRouting, "routes">): string {
  // work with routes of references says so itself
  if (message.includes(NO_ROUTE)) return message;
  const route = routes.find(({ host }) => host !== NO_REGISTRY && names(message, host));
  return route === undefined ? message : `${message} (${hint(route)})`;
}

/** Whether a text has a host, and not as a part of a longer one. */
function names(message: string, host: string): boolean {
  return message.split(/[\s()/'",]+/).some((word) => word.replace(/:$/, "") === host);
}

function hint(route: Route): string {
  return isConfigured(route) ? `${route.host} is what ${route.origin} says` : `no other registry than ${route.host} is configured`;
}
