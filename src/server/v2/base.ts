import type { Call } from "../context.ts";
import { type HttpReply, jsonReply } from "../http.ts";

/**
 * spec: end-1. Where access control is on, callers without credentials are sent to log in, even when anonymous may pull:
 * clients learn from this answer how to.
 */
export function getBase({ services, principal }: Call): HttpReply {
  services.access.authorizePing(principal);
  return jsonReply({});
}
