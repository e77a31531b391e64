import { distributionCode } from "../oci/error-codes.ts";
import { RegistryError } from "../oci/errors.ts";
import { asRegistryError } from "../registry/storage-errors.ts";
import { MetadataStoreError } from "../storage/metadata/error.ts";
import { type HttpReply, jsonReply } from "./http.ts";

/**
 * The only place where errors become answers (distribution-spec, "Error Codes").
 * @param endpoint whose it is: endpoints of the specification answer with the specification's codes alone
 */
export function errorReply({ code, message, detail, status, headers }: RegistryError, endpoint: "distribution" | "own"): HttpReply {
  const told = endpoint === "distribution" ? distributionCode(code) : code;
  return jsonReply({ errors: [{ code: told, message, ...(detail !== undefined && { detail }) }] }, headers, status);
}

/** What a client is told of any error: a refusal as it is, a fault of the server without its inner life. */
export function toRegistryError(fault: unknown): RegistryError {
  const error = asRegistryError(fault);
  if (error instanceof RegistryError) return error;
  if (error instanceof MetadataStoreError) {
    if (error.reason === "no-space") {
      const headers = { "Retry-After": "60" };
      return new RegistryError("UNAVAILABLE", "the registry's disk is full; nothing was stored, try again when there is room", {
        status: 507,
        cause: error,
        headers,
      });
    }
    if (error.reason === "newer-schema") {
      const message = "this server is older than the registry's database and takes no changes any more; try again in a moment, others may be newer";
      return new RegistryError("UNAVAILABLE", message, { cause: error, headers: { "Retry-After": "5" } });
    }
    if (error.reason === "read-only") {
      return new RegistryError("UNAVAILABLE", "this registry takes no changes: it is being moved to another place, or was moved; reading goes on", {
        cause: error,
        headers: { "Retry-After": "30" },
      });
    }
    return new RegistryError("UNAVAILABLE", "the registry's database does not answer; try again in a moment", {
      cause: error,
      headers: { "Retry-After": "5" },
    });
  }
  return new RegistryError("UNKNOWN", "the registry failed to handle this request; its log has the cause under the request id", { cause: error });
}
