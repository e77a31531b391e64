import { RegistryError } from "../oci/errors.ts";
import type { PolicyFinding } from "../storage/metadata/catalog/policies.ts";

/** The refusal of what a policy forbids. */
export function refusedByPolicy({ policy, message }: PolicyFinding): RegistryError {
  return new RegistryError("POLICY_VIOLATION", message, { detail: { policy } });
}
