import type { Access } from "../access/access.ts";
import type { Principal } from "../access/principal.ts";
import type { OperationId } from "../api/operations.ts";
import type { Registry } from "../registry/registry.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { Admitted, Rights } from "./fresh-rights.ts";
import type { HttpReply, HttpRequest } from "./http.ts";
import type { ManifestRooms } from "./manifest-rooms.ts";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./operations/readiness.ts";
import type { PathValues } from "./path-values.ts";

/** What the server is made of; the same for all requests. */
export interface Services {
  readonly registry: Registry;
  readonly access: Access;
  readonly rights: Rights;
  /** Answers an operation of the package API, for a caller with the right that its route names. */
  readonly packageApi: (id: OperationId, call: Call, path: Partial<PathValues>) => Promise<HttpReply>;
  readonly metrics: Metrics;
  readonly manifestRooms: ManifestRooms;
  readonly readiness: () => Promise<Readiness>;
}

/** One request after routing and authentication. */
export interface Call {
  readonly services: Services;
  readonly request: HttpRequest;
  /** Anonymous where the route is public, whatever credentials the request has. */
  readonly principal: Principal;
  readonly actor: Actor;
  /** The query part of the URL, parsed; empty when there is none. */
  readonly query: URLSearchParams;
  /** Where the rights are looked at `beside`, to be awaited before anything changes that others see, and to go by from then on. */
  readonly admitted: Admitted;
}
