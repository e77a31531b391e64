import { RegistryError } from "../oci/errors.ts";
import { MetadataStoreError } from "../storage/metadata-store.ts";

/** The only place where errors become responses (distribution-spec, "Error Codes"). */
export function errorResponse(error: RegistryError): Response {
  const { code, message, detail } = error;
  const body = JSON.stringify({ errors: [{ code, message, ...(detail !== undefined && { detail }) }] });
  return new Response(body, { status: error.status, headers: { "Content-Type": "application/json", ...error.headers } });
}

/** What a client is told of any error: a refusal as it is, a fault of the server without its inner life. */
export function toRegistryError(error: unknown): RegistryError {
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
    return new RegistryError("UNAVAILABLE", "the registry's database does not answer; try again in a moment", {
      cause: error,
      headers: { "Retry-After": "5" },
    });
  }
  return new RegistryError("UNKNOWN", "the registry failed to handle this request; its log has the cause under the request id", { cause: error });
}
