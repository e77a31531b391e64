import type { Access } from "../access/access.ts";
import type { Principal } from "../access/principal.ts";
import type { Registry } from "../registry/registry.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { HttpRequest } from "./http.ts";

/** What the server is made of; the same for all requests. */
export interface Services {
  readonly registry: Registry;
  readonly access: Access;
}

/** One request after routing and authentication. */
export interface Call {
  readonly services: Services;
  readonly request: HttpRequest;
  readonly principal: Principal;
  readonly actor: Actor;
  /** The query part of the URL, parsed; empty when there is none. */
  readonly query: URLSearchParams;
}
