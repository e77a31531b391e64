import { z } from "zod";

/**
 * What a configuration value is beyond its type: `path` is resolved against the place where it was written, `size` and
 * `duration` are shown with their units, the password in a `secret-url` is never shown.
 */
export type ValueKind = "path" | "size" | "duration" | "secret-url";

/** Notes the kind of a value at its schema; schemas derived by `describe` keep it. */
export const valueKinds = z.registry<{ kind: ValueKind }>();
