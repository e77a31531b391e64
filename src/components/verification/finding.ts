import { ClientError, isClientError } from "../../client/client-error.ts";
import { RegistryError } from "../../oci/errors.ts";
import { ComponentError } from "../component-error.ts";

/** Something that is not as it should be, and what it is about: `acme.org/app:1.0.0, resource image`. */
export interface Finding {
  readonly subject: string;
  /** One line, with the subject. */
  readonly message: string;
}

/** An error of the client as it is, with what it is about. */
export function named(error: unknown, subject: string): unknown {
  if (!isClientError(error) || error.message.startsWith(subject)) return error;
  const { kind, message, status, code, retryAfter, said } = error;
  const details = {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(said !== undefined && { said }),
  };
  return new ClientError(kind, `${subject}: ${message}`, { ...details, cause: error });
}

/**
 * What an error says of a subject: content that is missing, damaged or described wrongly is a finding. A registry that cannot be reached is
 * none.
 * @throws the error, when it is no finding: one of the client names the subject
 */
export function toFinding(error: unknown, subject: string): Finding {
  if (error instanceof ComponentError && error.kind === "finding") {
    return { subject: error.subject ?? subject, message: error.subject === undefined ? `${subject}: ${error.message}` : error.message };
  }
  const isOfContent =
    isClientError(error, "not-found") ||
    isClientError(error, "invalid") ||
    error instanceof RegistryError ||
    (error instanceof ComponentError && (error.kind === "not-found" || error.kind === "invalid"));
  if (!isOfContent) throw named(error, subject);
  return { subject, message: error.message.startsWith(subject) ? error.message : `${subject}: ${error.message}` };
}
