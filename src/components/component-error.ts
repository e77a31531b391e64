import type { ClientErrorKind } from "../client/client-error.ts";

/** A failure of component work for the user: one line, and the element that it is about. */
export class ComponentError extends Error {
  /** As for the client: the command line has an exit code for each; `finding` is what a check found (exit code 6). */
  readonly kind: ClientErrorKind | "finding";
  /** E.g. `acme.org/app:1.0.0, resource image`; or the path of a field, `component.resources[2].access.type`. */
  readonly subject: string | undefined;

  constructor(kind: ComponentError["kind"], message: string, options: ErrorOptions & { readonly subject?: string } = {}) {
    super(message.trim().replaceAll(/\s*\n\s*/g, " "), { cause: options.cause });
    this.name = "ComponentError";
    this.kind = kind;
    this.subject = options.subject;
  }
}
